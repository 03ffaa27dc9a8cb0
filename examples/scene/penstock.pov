// A hydropower station, cut open: reservoir, dam, penstocks, turbine. Ours, and without includes.
// `clock` runs from 0 to 1; frame 1 would equal frame 0, so that the film loops.
#version 3.7;
global_settings { assumed_gamma 1.0 max_trace_level 12 }

#declare Turn = clock * 2 * pi;
#declare Noise = function { internal(76) }  // f_noise3d
#declare Smooth = function(v1) { min(1, max(0, v1)) * min(1, max(0, v1)) * (3 - 2 * min(1, max(0, v1))) }

// ---- light, camera, sky -------------------------------------------------------------------------
camera {
    location vrotate(<0, 6.4, -16.4>, y * (-4 + 3.5 * sin(Turn)))
    look_at <0.05, 2.12, 0>
    right x * image_width / image_height
    angle 49.5
}
light_source {
    <-11, 15, -13> rgb <1.75, 1.50, 1.15>
    area_light x * 3, z * 3, 3, 3 adaptive 1 circular orient
}
light_source { <14, 7, -12> rgb <0.24, 0.34, 0.55> shadowless }
light_source { <3.2, 2.0, -1.7> rgb <0.95, 0.65, 0.30> fade_distance 1.4 fade_power 2 shadowless }
sky_sphere {
    pigment {
        gradient y
        color_map {
            [0.00 rgb <1.00, 0.62, 0.36>]
            [0.06 rgb <0.90, 0.56, 0.44>]
            [0.16 rgb <0.50, 0.42, 0.52>]
            [0.34 rgb <0.17, 0.26, 0.46>]
            [1.00 rgb <0.04, 0.08, 0.20>]
        }
    }
}
plane {
    y, -0.45
    pigment { rgb <0.018, 0.024, 0.036> }
    finish { ambient 0 diffuse 0.7 specular 0.25 roughness 0.02 reflection { 0.05, 0.45 fresnel on } conserve_energy }
    interior { ior 1.5 }
}

// ---- surfaces -----------------------------------------------------------------------------------
#declare Concrete = texture {
    pigment {
        granite scale 0.7
        color_map { [0 rgb <0.62, 0.60, 0.56>] [0.5 rgb <0.70, 0.68, 0.64>] [1 rgb <0.54, 0.52, 0.50>] }
    }
    finish { ambient 0.05 diffuse 0.75 specular 0.05 }
}
#declare Steel = texture {
    pigment { rgb <0.50, 0.53, 0.57> }
    finish { ambient 0.03 diffuse 0.45 specular 0.8 roughness 0.015 metallic reflection { 0.18 metallic } }
}
#declare Bronze = texture {
    pigment { rgb <0.86, 0.50, 0.20> }
    finish { ambient 0.06 diffuse 0.55 specular 0.9 roughness 0.02 metallic reflection { 0.16 metallic } }
}
#declare Paint = texture {
    pigment { rgb <0.75, 0.17, 0.09> }
    finish { ambient 0.04 diffuse 0.7 specular 0.4 roughness 0.03 }
}
#declare Strata = texture {
    pigment {
        gradient y
        turbulence 0.16
        octaves 3
        color_map {
            [0.00 rgb <0.23, 0.18, 0.15>] [0.14 rgb <0.33, 0.25, 0.19>] [0.16 rgb <0.44, 0.35, 0.26>]
            [0.38 rgb <0.36, 0.29, 0.23>] [0.42 rgb <0.52, 0.43, 0.33>] [0.60 rgb <0.42, 0.33, 0.25>]
            [0.63 rgb <0.27, 0.22, 0.19>] [0.86 rgb <0.40, 0.32, 0.24>] [0.90 rgb <0.55, 0.47, 0.38>]
            [1.00 rgb <0.25, 0.20, 0.17>]
        }
        scale 1.3
    }
    finish { ambient 0.04 diffuse 0.8 }
}
#declare Meadow = texture {
    pigment {
        bozo scale 0.22 turbulence 0.5
        color_map { [0 rgb <0.10, 0.20, 0.05>] [0.5 rgb <0.17, 0.28, 0.07>] [1 rgb <0.28, 0.33, 0.12>] }
    }
    normal { granite 0.35 scale 0.15 }
    finish { ambient 0.04 diffuse 0.85 }
}
#declare Water = material {
    texture {
        pigment { rgbt <0.10, 0.42, 0.58, 0.55> }
        normal { ripples 0.06 scale 0.35 turbulence 0.25 phase 2 * clock translate <-9, 0, 4> }
        finish { ambient 0.02 diffuse 0.25 specular 0.9 roughness 0.004 reflection { 0.04, 0.7 fresnel on } conserve_energy }
    }
    interior { ior 1.33 }
}

// ---- the land -----------------------------------------------------------------------------------
// Height over the plinth at x (-6 … 6) and z (-2.6 … 2.6): a plateau, the slope, the valley floor.
#declare Land = function(px, pz) {
    0.42 + 2.75 * (1 - Smooth((px + 3.3) / 5.2))
    + (0.18 + 0.75 * Smooth((px + 3.6) / 2.5) * (1 - Smooth((px - 0.2) / 2.2))) * Smooth((abs(pz) - 0.75) / 1.0)
      * (Noise(px * 1.15, 3.7, pz * 1.15) + 0.45 * Noise(px * 3.1, 1.3, pz * 3.1) - 0.5)
}
intersection {
    height_field {
        function 300, 150 { min(1, max(0, Land(-6.1 + 12.2 * x, 2.7 - 5.4 * y) / 6)) }
        smooth
        translate <-0.5, 0, -0.5>
        scale <12.2, 6, 5.4>
        texture {
            slope { y }
            texture_map { [0.55 Strata] [0.72 Meadow] }
        }
    }
    box { <-6, 0, -2.6>, <6, 7, 2.6> texture { Strata } }
}
box {
    <-6.25, -0.45, -2.85>, <6.25, 0.02, 2.85>
    pigment { rgb <0.055, 0.05, 0.05> }
    finish { ambient 0.02 diffuse 0.6 specular 0.5 roughness 0.02 reflection 0.06 }
}

// Firs on both sides of the pipes.
#declare Fir = union {
    cylinder { <0, 0, 0>, <0, 0.2, 0>, 0.03 pigment { rgb <0.20, 0.12, 0.07> } }
    cone { <0, 0.10, 0>, 0.17, <0, 0.42, 0>, 0.03 }
    cone { <0, 0.26, 0>, 0.13, <0, 0.56, 0>, 0.02 }
    cone { <0, 0.42, 0>, 0.09, <0, 0.70, 0>, 0.0 }
    pigment { rgb <0.05, 0.15, 0.07> }
    normal { granite 0.5 scale 0.05 }
    finish { ambient 0.03 diffuse 0.8 }
}
#declare Draw = seed(1847);
#for (I, 1, 90)
    #local Px = -2.3 + 8.0 * rand(Draw);
    #local Pz = -2.45 + 4.9 * rand(Draw);
    #local Size = 0.75 + 0.7 * rand(Draw);
    #local Spin = 360 * rand(Draw);
    #local House = ((Px > 1.5) & (Pz < 1.7));
    #if ((abs(Pz) > 0.95) & !House)
        object { Fir scale Size rotate y * Spin translate <Px, Land(Px, Pz) - 0.04, Pz> }
    #end
#end

// ---- reservoir and dam --------------------------------------------------------------------------
box { <-5.995, 2.6, -2.595>, <-3.05, 4.62, 2.595> material { Water } }
#declare Wall = prism {
    linear_sweep linear_spline -2.59, 2.59, 5
    <-3.25, 2.4>, <-2.35, 2.4>, <-2.95, 4.95>, <-3.25, 4.95>, <-3.25, 2.4>
    rotate x * -90 scale <1, 1, -1>
}
union {
    object { Wall }
    box { <-3.38, 4.95, -2.6>, <-2.80, 5.03, 2.6> }
    #for (I, 0, 8)
        box { <-3.36, 5.03, -2.6 + 0.64 * I>, <-3.30, 5.20, -2.54 + 0.64 * I> }
        box { <-2.88, 5.03, -2.6 + 0.64 * I>, <-2.82, 5.20, -2.54 + 0.64 * I> }
    #end
    #for (I, 0, 4)
        prism {
            linear_sweep linear_spline -0.09, 0.09, 4
            <-2.9, 2.4>, <-2.05, 2.4>, <-2.9, 4.8>, <-2.9, 2.4>
            rotate x * -90 scale <1, 1, -1> translate z * (-2.2 + 1.1 * I)
        }
    #end
    texture { Concrete }
}
union {  // Gatehouse.
    box { <-3.5, 5.0, -0.55>, <-2.75, 5.55, 0.55> texture { Concrete } }
    prism { linear_sweep linear_spline -0.62, 0.62, 4 <-3.6, 5.55>, <-2.65, 5.55>, <-3.12, 5.85>, <-3.6, 5.55>
        rotate x * -90 scale <1, 1, -1> texture { Paint } }
    #for (I, -1, 1)
        box { <-2.76, 5.15, 0.3 * I - 0.07>, <-2.74, 5.38, 0.3 * I + 0.07>
            pigment { rgb <1.0, 0.72, 0.30> } finish { ambient 0 emission 0.9 diffuse 0.1 } }
    #end
}

// ---- the penstocks ------------------------------------------------------------------------------
// From the dam down the slope to the turbine, one of glass between two of steel; rings of light
// travel down the glass one with the water, one ring's distance in each loop.
#declare Joint = array[5] { <-2.75, 3.45, 0>, <-1.75, 3.20, 0>, <0.55, 1.35, 0>, <1.55, 1.02, 0>, <2.35, 1.02, 0> }
#declare Bore = 0.17;
#macro Pipe(Radius)
    union {
        #for (I, 0, 3)
            cylinder { Joint[I], Joint[I + 1], Radius }
            sphere { Joint[I + 1], Radius }
        #end
    }
#end
#macro Collar(At, Along, Radius)
    cylinder { At - 0.05 * Along, At + 0.05 * Along, Radius }
#end
#macro Saddles()
    #for (I, 0, 3)
        #local Along = vnormalize(Joint[I + 1] - Joint[I]);
        #for (K, 0, 2)
            #local At = Joint[I] + (K + 0.5) / 3 * (Joint[I + 1] - Joint[I]);
            object { Collar(At, Along, Bore * 1.28) }
        #end
    #end
#end
#for (Side, -1, 1, 2)
    union {
        object { Pipe(Bore) }
        Saddles()
        translate z * 0.52 * Side
        texture { Steel }
    }
#end
#for (I, 0, 3)
    #for (K, 0, 1)
        #local At = Joint[I] + (K + 0.5) / 2 * (Joint[I + 1] - Joint[I]);
        box { <At.x - 0.09, 0.2, -0.85>, <At.x + 0.09, At.y - 0.10, 0.85> texture { Concrete } }
    #end
#end
object {
    Pipe(Bore)
    texture {
        pigment { rgbt <0.45, 0.85, 0.95, 0.78> }
        finish { ambient 0.02 diffuse 0.15 specular 0.9 roughness 0.005 reflection { 0.02, 0.5 fresnel on } conserve_energy }
    }
    interior { ior 1.12 }
}
union { Saddles() texture { Bronze } }
#declare Length = array[5];
#declare Length[0] = 0;
#for (I, 0, 3) #declare Length[I + 1] = Length[I] + vlength(Joint[I + 1] - Joint[I]); #end
#declare Drops = 14;
#for (K, 0, Drops - 1)
    #local Way = mod(K / Drops + clock / Drops * 2, 1) * Length[4];
    #for (I, 0, 3)
        #if ((Way >= Length[I]) & (Way < Length[I + 1]))
            #local Along = vnormalize(Joint[I + 1] - Joint[I]);
            #local At = Joint[I] + (Way - Length[I]) * Along;
            cylinder {
                At - 0.085 * Along, At + 0.085 * Along, Bore * 0.66
                pigment { rgb <0.15, 0.72, 1.0> }
                finish { ambient 0 emission 0.85 diffuse 0.25 }
            }
        #end
    #end
#end

// ---- powerhouse and turbine ---------------------------------------------------------------------
#declare Hub = <3.35, 1.45, 0>;
#declare Reach = 0.92;
#declare Buckets = 18;
#declare Bucket = difference {
    sphere { 0, 1 scale <0.17, 0.12, 0.20> }
    sphere { <0, 0.09, 0>, 1 scale <0.145, 0.12, 0.085> translate z * -0.095 }
    sphere { <0, 0.09, 0>, 1 scale <0.145, 0.12, 0.085> translate z * 0.095 }
}
union {
    difference {
        cylinder { -0.10 * z, 0.10 * z, 0.62 }
        #for (I, 0, 5)
            cylinder { -0.2 * z, 0.2 * z, 0.12 translate x * 0.38 rotate z * 60 * I }
        #end
    }
    torus { 0.60, 0.055 rotate x * 90 }
    cylinder { -0.24 * z, 0.24 * z, 0.19 }
    #for (I, 0, Buckets - 1)
        union {
            object { Bucket rotate z * 90 translate x * Reach * 0.93 }
            cylinder { x * 0.55, x * 0.82, 0.055 }
            rotate z * 360 / Buckets * I
        }
    #end
    texture { Bronze }
    // Three bucket spacings a loop, the way that the jet pushes.
    rotate z * (3 * 360 / Buckets * clock)
    translate Hub
}
union {  // Shaft and generator behind the wheel.
    cylinder { Hub - 0.45 * z, Hub + 0.7 * z, 0.10 texture { Steel } }
    cylinder { Hub + 0.65 * z, Hub + 1.55 * z, 0.62 texture { Paint } }
    #for (I, 0, 5) torus { 0.63, 0.035 rotate x * 90 translate Hub + (0.72 + 0.155 * I) * z texture { Steel } } #end
    box { Hub + <-0.55, -1.2, 0.7>, Hub + <0.55, -0.4, 1.5> texture { Concrete } }
}
cone {  // Nozzle and jet, tangent to the wheel from below.
    <2.30, 1.02, 0>, 0.20, <2.62, 0.80, 0>, 0.075
    texture { Steel }
}
cylinder {
    <2.60, 0.81, 0>, <3.30, 0.56, 0>, 0.055
    texture {
        pigment { rgbt <0.55, 0.88, 1.0, 0.25> }
        finish { ambient 0 emission 0.35 diffuse 0.5 specular 0.6 }
    }
}
#declare Draw = seed(77);
#for (I, 1, 60)  // Spray: each drop's path is a parabola that it runs once in the loop.
    #local Age = mod(rand(Draw) + clock, 1);
    #local Vx = 0.2 + 1.0 * rand(Draw);
    #local Vy = 0.1 + 0.9 * rand(Draw);
    #local Vz = 0.7 * (rand(Draw) - 0.5);
    #local Big = 0.014 + 0.016 * rand(Draw);
    #local At = <3.25, 0.60, 0> + <Vx * Age, Vy * Age - 0.9 * Age * Age, Vz * Age>;
    #if (At.y > 0.46)
        sphere { At, Big pigment { rgbt <0.7, 0.92, 1, 0.3> } finish { emission 0.3 diffuse 0.5 specular 0.6 } }
    #end
#end
box { <2.0, 0.25, -1.55>, <4.9, 0.47, 1.9> texture { Concrete } }
difference {  // Tailrace.
    box { <2.3, 0.30, -1.35>, <4.7, 0.475, 0.6> }
    box { <2.4, 0.20, -1.25>, <4.6, 0.60, 0.5> }
    texture { Concrete }
}
box { <2.38, 0.40, -1.27>, <4.62, 0.482, 0.52> material { Water } }
box { <4.6, 0.40, -0.55>, <5.997, 0.47, 0.05> material { Water } }
union {  // Steel frame of the hall, glazed.
    #for (I, 0, 3)
        #local Fx = 2.02 + 0.953 * I;
        cylinder { <Fx, 0.45, -1.5>, <Fx, 2.75, -1.5>, 0.035 }
        cylinder { <Fx, 0.45, 1.85>, <Fx, 2.75, 1.85>, 0.035 }
        cylinder { <Fx, 2.75, -1.5>, <Fx, 3.15, 0.175>, 0.035 }
        cylinder { <Fx, 3.15, 0.175>, <Fx, 2.75, 1.85>, 0.035 }
    #end
    cylinder { <2.02, 2.75, -1.5>, <4.88, 2.75, -1.5>, 0.035 }
    cylinder { <2.02, 2.75, 1.85>, <4.88, 2.75, 1.85>, 0.035 }
    cylinder { <2.02, 3.15, 0.175>, <4.88, 3.15, 0.175>, 0.035 }
    texture { Steel }
}
#declare Glass = material {
    texture {
        pigment { rgbt <0.92, 0.97, 1.0, 0.93> }
        finish { ambient 0 diffuse 0.03 specular 0.5 roughness 0.003 reflection { 0.01, 0.35 fresnel on } conserve_energy }
    }
    interior { ior 1.2 }
}
polygon { 5, <2.02, 2.75, -1.5>, <4.88, 2.75, -1.5>, <4.88, 3.15, 0.175>, <2.02, 3.15, 0.175>, <2.02, 2.75, -1.5> material { Glass } }
polygon { 5, <2.02, 2.75, 1.85>, <4.88, 2.75, 1.85>, <4.88, 3.15, 0.175>, <2.02, 3.15, 0.175>, <2.02, 2.75, 1.85> material { Glass } }

// ---- what it is for: a line of pylons ------------------------------------------------------------
#macro Pylon(At)
    union {
        #for (I, -1, 1, 2)
            #for (K, -1, 1, 2)
                cylinder { <0.16 * I, 0, 0.16 * K>, <0.03 * I, 1.55, 0.03 * K>, 0.016 }
            #end
            cylinder { <0, 1.25, 0>, <0, 1.18, 0.42 * I>, 0.016 }
            cylinder { <0, 1.48, 0>, <0, 1.42, 0.32 * I>, 0.016 }
        #end
        #for (K, 0, 3)
            #local R = 0.16 - 0.03 * K;
            box { <-R, 0.3 + 0.34 * K, -R>, <R, 0.315 + 0.34 * K, R> }
        #end
        translate At
        texture { Steel }
    }
#end
Pylon(<5.35, 0.42, 0.95>)
Pylon(<5.35, 0.42, -1.75>)
