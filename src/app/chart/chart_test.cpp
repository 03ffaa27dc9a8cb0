#include <gtest/gtest.h>

#include <string>

#include "app/chart/carbon_chart.h"
#include "app/chart/delay_chart.h"
#include "app/chart/picture.h"

namespace penstock::app {
namespace {

bool is_png(const std::string& bytes) {
    return bytes.starts_with("\x89PNG\r\n") && bytes.size() > 2'000;
}

/// Pixels of a picture's part that are not white.
int inked(Picture& picture, int left, int top, int width, int height) {
    cairo_surface_t* surface = cairo_get_target(picture.pen());
    cairo_surface_flush(surface);
    const unsigned char* data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    int count = 0;
    for (int y = top; y < top + height; ++y)
        for (int x = left; x < left + width; ++x) count += data[y * stride + 4 * x] != 255;
    return count;
}

TEST(Picture, draws_where_it_is_told) {
    Picture picture(100, 60);
    EXPECT_EQ(inked(picture, 0, 0, 100, 60), 0);
    picture.set(kInk);
    picture.dot(20, 30, 5);
    EXPECT_GT(inked(picture, 14, 24, 12, 12), 60);
    EXPECT_EQ(inked(picture, 30, 0, 70, 60), 0);
}

TEST(PoliciesChart, is_a_picture_of_any_number_of_policies) {
    const PolicyPoint points[] = {{"No-Wait", 1, 0, {}}, {"Ecovisor", 0.64, 7.8, 0.639}};
    const auto png = policies_chart(points);
    ASSERT_TRUE(png);
    EXPECT_TRUE(is_png(*png));
    EXPECT_NE(*png, *policies_chart(std::span(points).first(1)));
    EXPECT_TRUE(is_png(*policies_chart({})));
}

TEST(CirclesChart, is_another_picture_around_another_place) {
    const delay::Places& places = delay::Places::shipped();
    const auto chart = [&](const char* name) {
        const std::size_t centre = *places.find(name);
        const delay::Model& model = delay::shipped_models().front();
        const auto reaches = delay::reaches(places, {}, model, centre, delay::Network::same);
        return circles_chart(places, centre, reaches, model, delay::Network::same).value();
    };
    EXPECT_TRUE(is_png(chart("shanghai")));
    EXPECT_NE(chart("shanghai"), chart("beijing"));
}

}  // namespace
}  // namespace penstock::app
