#include "agent/measure/gemm.h"

#include <cblas.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "agent/error.h"
#include "agent/measure/repetition.h"
#include "base/try.h"

namespace penstock::agent {
namespace {

/// The four functions of OpenBLAS that are used, from the library itself.
struct Blas {
    decltype(&cblas_dgemm) dgemm = nullptr;
    decltype(&cblas_sgemm) sgemm = nullptr;
    decltype(&openblas_set_num_threads) set_threads = nullptr;
    decltype(&openblas_get_config) config = nullptr;
};

template <class Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

Result<Blas> load_blas() {
    // Never unloaded: its threads run in its code.
    void* library = ::dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    Blas blas;
    if (library == nullptr || !find(library, "cblas_dgemm", blas.dgemm) ||
        !find(library, "cblas_sgemm", blas.sgemm) ||
        !find(library, "openblas_set_num_threads", blas.set_threads) ||
        !find(library, "openblas_get_config", blas.config))
        return reject(kMeasurementFailed, {}, "OpenBLAS: " + std::string(::dlerror()));
    return blas;
}

/// One precision: fills two matrices, checks the product of one entry, and repeats.
template <class Number, class Multiply>
Result<std::vector<double>> repeat_gemm(std::size_t size, int repetitions, Multiply multiply) {
    std::vector<Number> a(size * size);
    std::vector<Number> b(size * size);
    std::vector<Number> c(size * size);
    for (std::size_t index = 0; index < a.size(); ++index) {
        a[index] = static_cast<Number>(index % 7) / 8;
        b[index] = static_cast<Number>(index % 5) / 4;
    }
    multiply(a.data(), b.data(), c.data());  // Warms up caches, pages and threads.
    Number expected = 0;
    for (std::size_t k = 0; k < size; ++k) expected += a[size + k] * b[k * size + 2];
    if (std::abs(c[size + 2] - expected) > static_cast<Number>(1e-3) * std::abs(expected))
        return reject(kMeasurementFailed, {}, "OpenBLAS gave a wrong product");
    const double operations = 2.0 * std::pow(static_cast<double>(size), 3);
    std::vector<double> gigaflops;
    for (int repetition = 0; repetition < repetitions; ++repetition)
        gigaflops.push_back(operations / 1e9 /
                            seconds_of([&] { multiply(a.data(), b.data(), c.data()); }));
    return gigaflops;
}

MeasurementText text_of(const char* name, std::size_t size, std::size_t threads, const Blas& blas) {
    return {name, "GFLOP/s",
            fmt::format("C = A*B, n = {}, {} threads, 2*n^3 operations", size, threads),
            blas.config()};
}

}  // namespace

Result<std::vector<v1::Measurement>> measure_gemm(std::size_t threads, Thoroughness thoroughness) {
    TRY_ASSIGN(const auto blas, load_blas());
    blas.set_threads(static_cast<int>(threads));
    const bool is_full = thoroughness == Thoroughness::full;
    const std::size_t size = is_full ? 1536 : 512;
    const int repetitions = is_full ? 7 : 5;
    const auto n = static_cast<blasint>(size);
    TRY_ASSIGN(
        const auto doubles,
        (repeat_gemm<double>(size, repetitions, [&](const double* a, const double* b, double* c) {
            blas.dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a, n, b, n, 0.0, c,
                       n);
        })));
    TRY_ASSIGN(
        const auto floats,
        (repeat_gemm<float>(size, repetitions, [&](const float* a, const float* b, float* c) {
            blas.sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0F, a, n, b, n, 0.0F,
                       c, n);
        })));
    return std::vector{summarise(text_of("gemm_fp64", size, threads, blas), doubles),
                       summarise(text_of("gemm_fp32", size, threads, blas), floats)};
}

}  // namespace penstock::agent
