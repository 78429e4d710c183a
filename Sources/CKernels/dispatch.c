// Each call goes to the version of its level.
#include "CKernels.h"

#if defined(__x86_64__)
int ck_best_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  if (__builtin_cpu_supports("x86-64-v3")) return 3;
  return 0;
}
#define DISPATCH(NAME, PARAMETERS, ...)                                                       \
  void ck_##NAME##_0 PARAMETERS;                                                              \
  void ck_##NAME##_3 PARAMETERS;                                                              \
  void ck_##NAME##_4 PARAMETERS;                                                              \
  void ck_##NAME(int level, ARGUMENTS_OF PARAMETERS) {                                        \
    switch (level) {                                                                          \
    case 4: ck_##NAME##_4(__VA_ARGS__); break;                                                \
    case 3: ck_##NAME##_3(__VA_ARGS__); break;                                                \
    default: ck_##NAME##_0(__VA_ARGS__); break;                                               \
    }                                                                                         \
  }
#else
int ck_best_level(void) { return 0; }
#define DISPATCH(NAME, PARAMETERS, ...)                                                       \
  void ck_##NAME##_0 PARAMETERS;                                                              \
  void ck_##NAME(int level, ARGUMENTS_OF PARAMETERS) {                                        \
    (void)level;                                                                              \
    ck_##NAME##_0(__VA_ARGS__);                                                               \
  }
#endif
#define ARGUMENTS_OF(...) __VA_ARGS__

DISPATCH(gather,
         (const struct ck_table *table, const uint8_t *codes, size_t cases, int32_t *sums,
          size_t sum_stride, int32_t *list),
         table, codes, cases, sums, sum_stride, list)
DISPATCH(posteriors,
         (const int32_t *scores, size_t score_stride, size_t cases, size_t cause_count, float unit,
          float *posteriors, size_t top, int32_t *causes, float *probabilities, float *scratch),
         scores, score_stride, cases, cause_count, unit, posteriors, top, causes, probabilities,
         scratch)
DISPATCH(join_parts,
         (const float *parts, size_t columns, size_t cases, int shift, int32_t *scores,
          size_t score_stride),
         parts, columns, cases, shift, scores, score_stride)
DISPATCH(indicators,
         (const struct ck_table *table, const uint8_t *codes, size_t cases, float *indicators),
         table, codes, cases, indicators)
