// Inner loops that a compiler for the oldest processor cannot make wide.
//
// Every function exists once for each level of x86-64 (see `body.h`) and takes the
// level as its first argument. All levels give the same bits: sums are of integers, and
// floating-point operations are done in one order, without contraction.
//
// Nothing here allocates, keeps state or checks its arguments: the Swift wrappers in
// Sources/Dorsal/LinearAlgebra do.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The levels: 0 is every processor, 3 and 4 are x86-64-v3 (AVX2) and x86-64-v4 (AVX-512).
int ck_best_level(void);

/// Cases that are worked on side by side, one a vector lane.
#define CK_LANES 16
/// The greatest `top` that a ranking in registers takes.
#define CK_MAX_TOP 8

/// Whole-number rows to be summed, one for each state of each finding.
///
/// `rows` is in tiles of columns: tile t holds `tile_width` columns of all rows, row after
/// row. Rows and the start are aligned to 64 bytes.
struct ck_table {
  const int32_t *rows;
  size_t row_count;
  /// Columns in use.
  size_t column_count;
  /// Columns of a tile: a multiple of 16, at most 96.
  size_t tile_width;
  size_t tile_count;
  /// For each finding, its first row less one, so that a state's code can be added.
  const int32_t *row_before_first;
  size_t finding_count;
  /// The finding `setting`, and the code of it for cases that name none.
  size_t setting;
  int32_t default_setting;
};

/// Writes, for each case, the sums of the rows of its known states:
/// `sums[case * sum_stride + column]`, for `tile_width * tile_count` columns.
///
/// `codes[case * finding_count + finding]` is 0 or a state's index plus one. `list` is
/// scratch for `cases * (finding_count + 32)` numbers.
void ck_gather(int level, const struct ck_table *table, const uint8_t *codes, size_t cases,
               int32_t *sums, size_t sum_stride, int32_t *list);

/// Turns whole-number scores, of which `unit` is one, into posteriors.
///
/// - scores: `scores[case * score_stride + cause]`; padded columns are not read as causes.
/// - posteriors: a row of `cause_count` a case, or null where only the leading causes count.
/// - top: how many leading causes to write, 0 to CK_MAX_TOP, at most `cause_count`:
///   `causes[case * top + place]` and `probabilities[case * top + place]`.
/// - scratch: CK_LANES * (cause_count + 16) floats, aligned to 64 bytes.
///
/// Any number of cases; `scores` must have rows for a multiple of CK_LANES, and
/// `score_stride` must be a multiple of 16 that holds the causes.
void ck_posteriors(int level, const int32_t *scores, size_t score_stride, size_t cases,
                   size_t cause_count, float unit, float *posteriors, size_t top, int32_t *causes,
                   float *probabilities, float *scratch);

/// Adds the two parts of scores that a float product gave: `whole = coarse * 2^shift + fine`.
/// Both parts are whole numbers below 2^24. `parts` has `2 * columns` columns a row.
void ck_join_parts(int level, const float *parts, size_t columns, size_t cases, int shift,
                   int32_t *scores, size_t score_stride);

/// Writes rows of indicators: zero, and 1 in the column of each known state.
void ck_indicators(int level, const struct ck_table *table, const uint8_t *codes, size_t cases,
                   float *indicators);
