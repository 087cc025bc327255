/* A processor that no machine has: it adds from the last term to the first, and exp, log and their like come out one
   unit in the last place away from the usual, or not, as their digits have it.  Each result is as good as any other.

   Loaded ahead of all libraries (LD_PRELOAD), it takes the place of OpenBLAS's products, under the names that NumPy's
   wheels give them, and of the C library's functions.  So it finds what hangs on luck that the processors which can
   be played share. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 101, AS_IT_IS = 111, UPPER = 121 };
typedef int64_t I;

/* C = alpha A B + beta C, entry (i, j) of a matrix being m[i * down + j * right].
   part: 1 for the entries from the diagonal on, 2 for those up to it, 0 for all. */
#define PRODUCTS(T, name)                                                                                             \
    static void product_##name(I M, I N, I K, T alpha, const T *A, I A_down, I A_right, const T *B, I B_down,        \
                               I B_right, T beta, T *C, I C_down, I C_right, int part)                                \
    {                                                                                                                 \
        T *row = malloc(sizeof(T) * (N + 1));                                                                         \
        for (I i = 0; i < M; i++) {                                                                                   \
            I from = part == 1 ? i : 0, to = part == 2 ? i + 1 : N;                                                   \
            memset(row, 0, sizeof(T) * N);                                                                            \
            for (I k = K - 1; k >= 0; k--) {                                                                          \
                T a = A[i * A_down + k * A_right];                                                                    \
                const T *b = B + k * B_down;                                                                          \
                if (B_right == 1)                                                                                     \
                    for (I j = from; j < to; j++) row[j] += a * b[j];                                                 \
                else                                                                                                  \
                    for (I j = from; j < to; j++) row[j] += a * b[j * B_right];                                       \
            }                                                                                                         \
            for (I j = from; j < to; j++) {                                                                           \
                T *c = C + i * C_down + j * C_right;                                                                  \
                *c = alpha * row[j] + (beta == 0 ? 0 : beta * *c);                                                    \
            }                                                                                                         \
        }                                                                                                             \
        free(row);                                                                                                    \
    }                                                                                                                 \
    void scipy_cblas_##name##gemm64_(int order, int of_A, int of_B, I M, I N, I K, T alpha, const T *A, I lda,        \
                                     const T *B, I ldb, T beta, T *C, I ldc)                                          \
    {                                                                                                                 \
        int rows = order == ROWS_FIRST, a = rows == (of_A == AS_IT_IS), b = rows == (of_B == AS_IT_IS);               \
        product_##name(M, N, K, alpha, A, a ? lda : 1, a ? 1 : lda, B, b ? ldb : 1, b ? 1 : ldb, beta, C,             \
                       rows ? ldc : 1, rows ? 1 : ldc, 0);                                                            \
    }                                                                                                                 \
    void scipy_cblas_##name##syrk64_(int order, int part, int of_A, I N, I K, T alpha, const T *A, I lda, T beta,     \
                                     T *C, I ldc)                                                                     \
    {                                                                                                                 \
        int rows = order == ROWS_FIRST, a = rows == (of_A == AS_IT_IS);                                               \
        product_##name(N, N, K, alpha, A, a ? lda : 1, a ? 1 : lda, A, a ? 1 : lda, a ? lda : 1, beta, C,             \
                       rows ? ldc : 1, rows ? 1 : ldc, part == UPPER ? 1 : 2);                                        \
    }                                                                                                                 \
    void scipy_cblas_##name##gemv64_(int order, int of_A, I M, I N, T alpha, const T *A, I lda, const T *x, I dx,     \
                                     T beta, T *y, I dy)                                                              \
    {                                                                                                                 \
        int plain = of_A == AS_IT_IS, a = (order == ROWS_FIRST) == plain;                                             \
        I m = plain ? M : N, n = plain ? N : M;                                                                       \
        product_##name(m, 1, n, alpha, A, a ? lda : 1, a ? 1 : lda, dx < 0 ? x - (n - 1) * dx : x, dx, 1, beta,       \
                       dy < 0 ? y - (m - 1) * dy : y, dy, 1, 0);                                                      \
    }                                                                                                                 \
    T scipy_cblas_##name##dot64_(I n, const T *x, I dx, const T *y, I dy)                                             \
    {                                                                                                                 \
        T sum = 0;                                                                                                    \
        product_##name(1, 1, n, 1, dx < 0 ? x - (n - 1) * dx : x, 1, dx, dy < 0 ? y - (n - 1) * dy : y, dy, 1, 0,     \
                       &sum, 1, 1, 0);                                                                                \
        return sum;                                                                                                   \
    }

PRODUCTS(double, d)
PRODUCTS(float, s)

/* Numbers of few digits, such as exp(0), stay: every library has them exactly. */
static double nudged(double y)
{
    uint64_t bits, z;
    memcpy(&bits, &y, 8);
    if (!isfinite(y) || (bits & 0xfffff) == 0) return y;
    z = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    bits += (z ^ z >> 31) % 3 - 1;
    memcpy(&y, &bits, 8);
    return y;
}

#define FUNCTION(name)                                                                                                \
    double name(double x)                                                                                             \
    {                                                                                                                 \
        static double (*usual)(double);                                                                               \
        if (!usual) usual = (double (*)(double))dlsym(RTLD_NEXT, #name);                                              \
        return nudged(usual(x));                                                                                      \
    }

FUNCTION(exp) FUNCTION(expm1) FUNCTION(exp2)
FUNCTION(log) FUNCTION(log1p) FUNCTION(log2) FUNCTION(log10)
FUNCTION(sin) FUNCTION(cos) FUNCTION(tan)
FUNCTION(sinh) FUNCTION(cosh) FUNCTION(tanh)

double pow(double x, double y)
{
    static double (*usual)(double, double);
    if (!usual) usual = (double (*)(double, double))dlsym(RTLD_NEXT, "pow");
    return y == 1 || y == 2 || y == 0.5 || y == -1 ? usual(x, y) : nudged(usual(x, y));
}
