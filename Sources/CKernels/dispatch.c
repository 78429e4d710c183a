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
DISPATCH(extremes,
         (const struct ck_table *draws, const float *units, size_t draw_count,
          const int32_t *offsets, const int32_t *shifts, const uint8_t *codes, size_t cases,
          size_t cause_count, size_t depth, float *lowest, float *highest, int32_t *list,
          int32_t *sums, float *scratch),
         draws, units, draw_count, offsets, shifts, codes, cases, cause_count, depth, lowest,
         highest, list, sums, scratch)
DISPATCH(add_joints,
         (const struct ck_joints *joints, const int32_t *list, size_t cases, int32_t *sums,
          size_t sum_stride),
         joints, list, cases, sums, sum_stride)
DISPATCH(join_parts,
         (const float *parts, size_t columns, size_t cases, int shift, int32_t *scores,
          size_t score_stride),
         parts, columns, cases, shift, scores, score_stride)
DISPATCH(indicators,
         (const struct ck_table *table, const uint8_t *codes, size_t cases, float *indicators,
          int32_t *list),
         table, codes, cases, indicators, list)
DISPATCH(rules_holding,
         (const struct ck_table *table, const struct ck_rules *rules, const uint8_t *codes,
          size_t cases, uint64_t *holding, int32_t *known, int32_t *list),
         table, rules, codes, cases, holding, known, list)
DISPATCH(product4,
         (const float *left, size_t cases, size_t inner, const double *right, float *product),
         left, cases, inner, right, product)
DISPATCH(intervals,
         (const int32_t *variances, size_t stride, double unit, const float *posteriors,
          size_t cases, size_t cause_count, size_t top, const int32_t *causes, double z,
          float *lower, float *upper),
         variances, stride, unit, posteriors, cases, cause_count, top, causes, z, lower, upper)

DISPATCH(relative_terms,
         (const double *differences, size_t cases, size_t stride, const double *background,
          const double *inverse, size_t count, double least, double *terms),
         differences, cases, stride, background, inverse, count, least, terms)
DISPATCH(information,
         (const struct ck_answers *answers, const double *updated, const double *terms,
          const double *rest, const uint8_t *codes, size_t cases, float known, float *bits,
          double *scratch),
         answers, updated, terms, rest, codes, cases, known, bits, scratch)

// These return a number.
#if defined(__x86_64__)
#define CHOOSE(NAME, ...)                                                                     \
  return level == 4   ? ck_##NAME##_4(__VA_ARGS__)                                            \
         : level == 3 ? ck_##NAME##_3(__VA_ARGS__)                                            \
                      : ck_##NAME##_0(__VA_ARGS__);
#else
#define CHOOSE(NAME, ...)                                                                     \
  (void)level;                                                                                \
  return ck_##NAME##_0(__VA_ARGS__);
#endif
#define DISPATCH_COUNT(NAME, PARAMETERS, ...)                                                 \
  size_t ck_##NAME##_0 PARAMETERS;                                                            \
  size_t ck_##NAME##_3 PARAMETERS;                                                            \
  size_t ck_##NAME##_4 PARAMETERS;                                                            \
  size_t ck_##NAME(int level, ARGUMENTS_OF PARAMETERS) { CHOOSE(NAME, __VA_ARGS__) }

DISPATCH_COUNT(count_byte, (const uint8_t *bytes, size_t count, uint8_t byte), bytes, count, byte)
DISPATCH_COUNT(list_joints,
               (const struct ck_joints *joints, const uint8_t *codes, size_t finding_count,
                size_t cases, int32_t *list, int32_t *missing),
               joints, codes, finding_count, cases, list, missing)
DISPATCH_COUNT(csv_index,
               (const uint8_t *bytes, size_t count, uint32_t *separators, uint32_t *row_ends,
                uint8_t *odd),
               bytes, count, separators, row_ends, odd)
DISPATCH_COUNT(csv_decode,
               (const struct ck_columns *columns, const uint8_t *bytes, size_t count,
                uint32_t *separators, const uint32_t *row_ends, const uint8_t *odd, size_t first,
                size_t row_count, uint8_t *codes, uint16_t *labels, uint32_t *id_starts,
                uint32_t *id_ends),
               columns, bytes, count, separators, row_ends, odd, first, row_count, codes, labels,
               id_starts, id_ends)
DISPATCH_COUNT(json_decode,
               (const struct ck_members *members, const uint8_t *bytes, size_t count,
                size_t start, size_t capacity, uint32_t stamp, uint32_t *named, uint8_t *codes,
                uint16_t *labels, uint32_t *id_starts, uint32_t *id_ends, size_t *next),
               members, bytes, count, start, capacity, stamp, named, codes, labels, id_starts,
               id_ends, next)
DISPATCH(lane_counts,
         (const uint32_t *rows, size_t row_count, const uint8_t *piece, float *output,
          size_t output_stride),
         rows, row_count, piece, output, output_stride)
DISPATCH(number_texts,
         (const float *numbers, size_t count, uint64_t *before, uint64_t *behind, uint64_t *shape),
         numbers, count, before, behind, shape)
DISPATCH(lane_sums, (const float *matrix, size_t row_count, size_t lanes, double *sums), matrix,
         row_count, lanes, sums)
DISPATCH(lane_events,
         (size_t lanes, double *events, double *tied, double *above, double *called,
          double *inversions, double *precision),
         lanes, events, tied, above, called, inversions, precision)
