// Inner loops that a compiler for the oldest processor cannot make wide.
//
// Every function that takes a level as its first argument exists once for each level of x86-64 (see
// `level0.c`). All levels give the same bits: sums are of integers, and
// floating-point operations are done in one order, without contraction.
//
// Loops do not allocate, keep state or check their arguments: the Swift wrappers in
// Sources/DorsalNumerics/Kernels do. What speaks to the system (files, memory, signals) says what
// it keeps.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The levels: 0 is every processor, 3 and 4 are x86-64-v3 (AVX2) and x86-64-v4 (AVX-512).
int ck_best_level(void);

/// Cases that are worked on side by side, one a vector lane.
#define CK_LANES 16
/// The greatest `top` that a ranking in registers takes.
#define CK_MAX_TOP 8
/// Numbers that a list of a case's known rows may be written past its findings, by stores of whole
/// vectors.
#define CK_LIST_PADDING 32

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
/// scratch for `cases * (finding_count + CK_LIST_PADDING)` numbers.
void ck_gather(int level, const struct ck_table *table, const uint8_t *codes, size_t cases,
               int32_t *sums, size_t sum_stride, int32_t *list);

/// Terms of a score that hang on several findings at once. A term's row is that of its joint
/// state: its first row, plus the code of each member times the member's factor. It counts
/// where two members or more are known.
struct ck_joints {
  /// `rows[row * width + column]`: zero until `ready[row]` is set.
  const int32_t *rows;
  const uint8_t *ready;
  /// Columns of a row: a multiple of 16.
  size_t width;
  size_t term_count;
  const int32_t *first_row;
  /// Of each term its first member, and behind the last term the number of members.
  const int32_t *first_member;
  const int32_t *finding;
  const int32_t *factor;
};

/// Lists the rows of each case: `list[case * (term_count + 1)]` is how many, and they follow.
/// `missing` gets those that are not ready, which may stand there several times; it has room
/// for `cases * term_count`.
///
/// Returns how many are not ready.
size_t ck_list_joints(int level, const struct ck_joints *joints, const uint8_t *codes,
                      size_t finding_count, size_t cases, int32_t *list, int32_t *missing);

/// Adds the listed rows to the sums of each case.
void ck_add_joints(int level, const struct ck_joints *joints, const int32_t *list, size_t cases,
                   int32_t *sums, size_t sum_stride);

/// Zeros that take memory only where they are written; null where the system has no room.
void *ck_reserve(size_t bytes);
/// Gives back what `ck_reserve` gave.
void ck_release(void *memory, size_t bytes);
/// Whether a row may be read.
int ck_joint_is_ready(const uint8_t *ready, size_t row);
/// Writes a row, then says that it may be read. One thread at a time.
void ck_publish_joint(int32_t *rows, uint8_t *ready, size_t width, size_t row,
                      const int32_t *values, size_t count);

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

/// Writes rows of indicators: zero, and 1 in the column of each known state. `list` is
/// scratch for `finding_count + CK_LIST_PADDING` numbers.
void ck_indicators(int level, const struct ck_table *table, const uint8_t *codes, size_t cases,
                   float *indicators, int32_t *list);

// ------------------------------------------------------------------ columns

/// Codes of a column of flags, a bit a row from the bit `first` on: `yes` or `no`, and 0 where
/// `valid` says that nothing is known. `valid` may be null where all is known.
void ck_flag_codes(const uint8_t *flags, const uint8_t *valid, size_t first, size_t count,
                   uint8_t no, uint8_t yes, uint8_t *codes);

/// Codes of a column of numbers of words, of 1, 2, 4 or 8 bytes, from the row `first` on: the
/// entry of the word in `table`, entry `words` where nothing is known, and the one behind it where
/// the number is of no word. Returns all entries that were met, laid over each other.
uint16_t ck_word_codes(const void *numbers, int width, int is_signed, const uint8_t *valid,
                       size_t first, size_t count, const uint16_t *table, size_t words,
                       uint8_t *codes);

/// Columns of codes, one behind the other, as rows of codes.
void ck_code_rows(const uint8_t *columns, size_t column_count, size_t row_count, uint8_t *rows);

// ------------------------------------------------------------------ CSV

/// What a column of a CSV file holds, and how its cells are read.
enum ck_column_kind {
  CK_IGNORED = 0,
  /// The case's id: any text of at least one byte.
  CK_ID = 1,
  /// One of some names, of at most 8, 16 or 32 bytes, or nothing.
  CK_NAME8 = 2,
  CK_NAME16 = 3,
  CK_NAME32 = 4,
  /// A number, cut into states, or nothing.
  CK_NUMBER = 5,
};

struct ck_column {
  /// Where the code of a row goes: `codes[row * code_stride + target]`, or, for the
  /// diagnosis, `labels[row]` where the target is negative.
  int32_t target;
  uint8_t kind;
  /// A name's slot is `(key * multiplier) >> shift`: a perfect hash, found beforehand.
  uint8_t shift;
  /// Names: the first slot in `names` and `name_codes`. Numbers: the first edge.
  uint32_t first;
  /// Numbers: how many edges.
  uint32_t edge_count;
  uint64_t multiplier;
  /// Numbers: the range that is legal.
  double least, greatest;
};

/// Eight columns of names that are decoded side by side; where there are fewer, the last one
/// stands in the remaining lanes too.
struct ck_name_columns {
  /// Which columns, and what their `ck_column` says.
  int32_t column[8], target[8], first[8];
  uint64_t multiplier[8], shift[8];
  /// How many words of eight bytes the longest name takes: 1, 2 or 4.
  uint32_t words;
  /// Whether the targets follow one another, and whether the columns do.
  uint32_t targets_adjoin, columns_adjoin;
};

struct ck_columns {
  const struct ck_column *columns;
  size_t count;
  /// The columns of names with a target among the codes, eight at a time, and all others.
  const struct ck_name_columns *eights;
  size_t eight_count;
  const uint32_t *others;
  size_t other_count;
  /// 32 bytes a slot, zero behind the name; free slots and the empty name are all zero.
  const uint64_t *names;
  /// The code of each slot; 0 for the empty name, CK_NO_NAME for free slots but that. One more
  /// stands behind the last.
  const uint16_t *name_codes;
  const double *edges;
  /// How many codes a row has.
  size_t code_stride;
};
#define CK_NO_NAME 0xffff

/// How often a byte stands in a text.
size_t ck_count_byte(int level, const uint8_t *bytes, size_t count, uint8_t byte);

/// Finds the commas and line feeds of a block, and the rows that need a closer look.
///
/// - separators: gets their places; room for `count + 64` and for one before the first, which
///   gets the place before the first byte, all ones.
/// - row_ends: gets, for each line feed, how many separators stand up to it; room for
///   `count + 1`.
/// - odd: `odd[row]` becomes 1 where a row holds a quote, a NUL or a byte above 127, and 0
///   elsewhere; room for `count + 1`.
/// Returns the number of line feeds. Bytes behind the last one are no row.
size_t ck_csv_index(int level, const uint8_t *bytes, size_t count, uint32_t *separators,
                    uint32_t *row_ends, uint8_t *odd);

/// Decodes rows until one needs a closer look: it is odd, has another number of cells, a
/// cell that is not known here, or stands so near the end of the block that reading 32 bytes
/// of each cell would leave it.
///
/// `separators` is not changed in the end. Codes of findings without a column become 0.
/// Returns how many rows were decoded, from `first` on.
size_t ck_csv_decode(int level, const struct ck_columns *columns, const uint8_t *bytes,
                     size_t count, uint32_t *separators, const uint32_t *row_ends,
                     const uint8_t *odd, size_t first, size_t row_count, uint8_t *codes,
                     uint16_t *labels, uint32_t *id_starts, uint32_t *id_ends);

// ------------------------------------------------------------------ triage

/// Rules of red flags as rows of bytes, one row for each state: 1 where the state meets a
/// condition of the rule. Rules are in the order in which they are asked, `words * 64` of
/// them with the padding.
struct ck_rules {
  const uint8_t *rows;
  /// How many conditions each rule has; 255 for padding, which never holds.
  const uint8_t *needed;
  size_t words;
};

/// Finds the rules that hold: bit r of `holding[case * words + r / 64]`, and how many
/// findings are known besides the setting. `list` is scratch for `finding_count + CK_LIST_PADDING`.
void ck_rules_holding(int level, const struct ck_table *table, const struct ck_rules *rules,
                      const uint8_t *codes, size_t cases, uint64_t *holding, int32_t *known,
                      int32_t *list);

/// `product[case * 4 + column]`: rows of `inner` floats times `right[inner * 4]`, each sum in
/// order and in double precision.
void ck_product4(int level, const float *left, size_t cases, size_t inner, const double *right,
                 float *product);

// ------------------------------------------------------------------ intervals

/// Limits of the leading posteriors by the delta method of second order.
///
/// - variances: a row of `stride` whole numbers a case, of which `unit` is one: the variance
///   of each cause's score.
/// - posteriors: a row of `cause_count` a case.
/// - causes: `top` leading causes a case, at most CK_MAX_TOP.
/// - z: how many standard deviations a limit is away.
/// - lower, upper: get `top` limits a case.
void ck_intervals(int level, const int32_t *variances, size_t stride, double unit,
                  const float *posteriors, size_t cases, size_t cause_count, size_t top,
                  const int32_t *causes, double z, float *lower, float *upper);

/// Keeps the lowest and the highest posteriors of each cause over drawn models.
///
/// - draws: a table for each draw, of the same states and columns; `units[draw]` is what a
///   score of one is in it.
/// - offsets: a row of the tables' columns a case that every draw's sums get besides, or null;
///   `units[draw]` is `2^shifts[draw]` of what an offset of one is.
/// - depth: how many of the lowest and of the highest to keep, at least 1 and at most
///   `draw_count`.
/// - lowest, highest: with cases in groups of CK_LANES, as many as are begun, get
///   `[((group * cause_count + cause) * depth + place) * CK_LANES + lane]`, aligned to 64 bytes;
///   lowest ascend and highest descend. Lanes without a case mean nothing.
/// - list: scratch for `cases * (finding_count + CK_LIST_PADDING)` numbers. sums: for CK_LANES rows of the
///   tables. scratch: CK_LANES * (cause_count + 16) floats, aligned to 64 bytes.
void ck_extremes(int level, const struct ck_table *draws, const float *units, size_t draw_count,
                 const int32_t *offsets, const int32_t *shifts, const uint8_t *codes, size_t cases,
                 size_t cause_count, size_t depth, float *lowest, float *highest, int32_t *list,
                 int32_t *sums, float *scratch);

/// `terms[case * count + j]` = p log(p * inverse[j]) with p = background[j] +
/// differences[case * stride + j], at least `least`, which is a positive normal number.
void ck_relative_terms(int level, const double *differences, size_t cases, size_t stride,
                       const double *background, const double *inverse, size_t count,
                       double least, double *terms);

/// How the products of posteriors with answers stand (see AnswerLayout): a finding has a place
/// and a column in each plane that it is in; discounted findings and their planes come last.
struct ck_answers {
  size_t finding_count, setting;
  /// The finding at each place.
  const int32_t *order;
  /// Findings of weight 1 and their columns.
  size_t plain_count, plain_column_count;
  /// The columns of each plane.
  const int32_t *plain_planes, *discounted_planes;
  size_t plain_plane_count, discounted_plane_count;
  /// All columns, and the background of each.
  size_t column_count;
  const double *background;
  /// The scale of each column of `rest`: one a place, two a discounted column.
  const double *scales;
  /// What a probability is at the least.
  double least;
};

/// Writes the information of unknown findings in bits, and `known` elsewhere:
/// `bits[case * finding_count + finding]`.
///
/// - updated: q T less the background, a row of columns a case.
/// - terms: p log(p / b) of `updated`, as from ck_relative_terms.
/// - rest: the other products, a row a case.
/// - scratch: `finding_count` numbers.
void ck_information(int level, const struct ck_answers *answers, const double *updated,
                    const double *terms, const double *rest, const uint8_t *codes, size_t cases,
                    float known, float *bits, double *scratch);

// ------------------------------------------------------------------ ids

/// Copies the ids at `starts[i]` up to `ends[i]` of `bytes` one behind the other to `ids`, and
/// writes where each ends, `before` being what stands before the first. Returns the bytes copied.
size_t ck_join_ids(const uint8_t *bytes, const uint32_t *starts, const uint32_t *ends,
                   size_t count, uint8_t *ids, int64_t before, int64_t *id_ends);

/// Whether each id comes behind the one before, shorter ones first and those of one length by
/// their bytes, and the first behind another one of `last_length` bytes.
int ck_ids_ascend(const uint8_t *last, size_t last_length, const uint8_t *ids,
                  const int64_t *id_ends, size_t count);

/// Hashes ids that stand one behind the other by SipHash-1-3 with a key of two words.
void ck_hash_ids(const uint8_t *ids, const int64_t *id_ends, size_t count, uint64_t key0,
                 uint64_t key1, uint64_t *hashes);

// ------------------------------------------------------------------ text

/// Texts that stand one behind the other: text i is `bytes[ends[i - 1]]` up to `ends[i]`.
/// At least 32 bytes stand behind the last one, so that short copies need no length.
struct ck_texts {
  const uint8_t *bytes;
  const uint32_t *ends;
};

/// Writes a probability with six significant digits; at most 16 bytes, returns how many.
size_t ck_write_probability(uint8_t *out, float probability);

/// Makes probabilities into the pieces of text that `number.h` describes, one place a number.
void ck_number_texts(int level, const float *numbers, size_t count, uint64_t *before,
                     uint64_t *behind, uint64_t *shape);

/// What there is to write of some cases.
struct ck_ranked_rows {
  /// Ids, one behind the other; `id_ends` are 64-bit.
  const uint8_t *id_bytes;
  size_t id_byte_count;
  const int64_t *id_ends;
  struct ck_texts settings, urgencies, counts, causes;
  /// For each case: which text of the settings, of the urgencies and of the counts it has.
  const uint8_t *setting;
  const int32_t *urgency, *count;
  /// For each case and place.
  size_t top;
  const int32_t *cause;
  const float *probability;
  /// The same for limits of intervals, or null.
  const float *lower, *upper;
};

/// Writes the rows of CSV of the cases from `first` on that fit into `capacity` bytes, and
/// where each ends. Returns how many were written.
size_t ck_write_ranked_rows(int level, const struct ck_ranked_rows *rows, size_t first,
                            size_t count, uint8_t *out, size_t capacity, int64_t *ends);

/// Lets the system begin to store a stretch of an open file on its disk, and does not wait. Does
/// nothing where the system is not Linux.
void ck_begin_storing(int descriptor, int64_t start, int64_t count);

// Files that are written out of sight. All give -1 and set errno where they fail.

/// Opens a folder, to name files in it by; an empty path is the working folder.
int ck_open_folder(const char *path);

/// Opens a new file in a folder that has no name, and is gone when it is closed unless
/// `ck_link_unnamed` names it. -1 where the folder's disk has no such files.
int ck_open_unnamed(int folder);

/// Makes a file in a folder for this user alone and opens it; nothing may have the name, no link
/// either.
int ck_open_new(int folder, const char *name);

/// Names a file that `ck_open_unnamed` opened; nothing may have the name.
int ck_link_unnamed(int descriptor, int folder, const char *name);

/// Opens an ordinary file to read it. Anything else, such as a pipe, is EISDIR for a folder and
/// ESPIPE otherwise, without waiting for whoever may be at its other end.
int ck_open_ordinary(const char *path);

// The end of memory, which the Swift runtime meets with SIGABRT.

/// Becomes another program, in which signals end what they end by default: its path and its
/// arguments, `count` texts, each with a zero behind it. Returns `errno` where it cannot.
int ck_become(const char *texts, size_t count);

/// Begins to tell of the end of memory: unfinished files are removed, a message goes to standard
/// error and the status is 70.
void ck_watch_memory(void);

/// Whether the system has so many bytes more for this process.
int ck_has_room(size_t bytes);

/// The same, but that a thread which was told so of as many bytes within some milliseconds is told so
/// again: to ask takes as long as to read a tenth of a block.
int ck_had_room(size_t bytes);

/// Notes a file that is removed when memory ends, and gives its number to forget it by; -1 where
/// too many are noted, or its path is too long.
int ck_note_unfinished(const char *path);

/// Takes a note back. Where the end of memory is removing what is noted already, it does not return:
/// the process is about to end, and what is noted must not get another name meanwhile.
void ck_forget_unfinished(int number);

/// Takes blocks of 64 bytes into the state of a SHA-256; `plainly` keeps from the processor's own
/// instructions for it.
void ck_sha256(int plainly, uint32_t *state, const uint8_t *bytes, size_t blocks);

// ------------------------------------------------------------------ NDJSON

/// How the members of a case are read.
struct ck_members {
  /// The columns of the findings, their names and edges; targets are the findings' indices.
  struct ck_columns findings;
  /// The names of the findings: a perfect hash as of a column, its codes index plus one.
  struct ck_column keys;
  /// The names of the causes, for the diagnosis.
  struct ck_column causes;
  /// For each finding, whether it is binary: only these take true and false.
  const uint8_t *binary;
  size_t setting;
};

/// Decodes lines of JSON until one needs a closer look: anything but an object with the
/// members id, setting, diagnosis and findings, of strings without escapes in ASCII, plain
/// numbers, true, false and null, each member once and known.
///
/// - codes, labels, id_starts, id_ends: as in ck_csv_decode.
/// - named: scratch, `findings.code_stride` numbers that are zero before the first call for a
///   block; `stamp` is one more at each call than the lines read so far.
/// - next: where the line begins that was not decoded.
/// Returns how many lines were decoded, at most `capacity`.
size_t ck_json_decode(int level, const struct ck_members *members, const uint8_t *bytes,
                      size_t count, size_t start, size_t capacity, uint32_t stamp,
                      uint32_t *named, uint8_t *codes, uint16_t *labels, uint32_t *id_starts,
                      uint32_t *id_ends, size_t *next);
/// Bootstrap samples that stand side by side in a piece, a byte each.
#define CK_SAMPLE_LANES 64

/// Writes how often each sample of a piece holds some cases: `output[row * output_stride + lane]`
/// is `piece[(rows[row] without its highest bit) * CK_SAMPLE_LANES + lane]`.
void ck_lane_counts(int level, const uint32_t *rows, size_t row_count, const uint8_t *piece,
                    float *output, size_t output_stride);

/// Adds the rows of a matrix: `sums[lane]` grows by the sum of `matrix[row * lanes + lane]`,
/// which are whole numbers below 2^24. `lanes` is a multiple of 64.
void ck_lane_sums(int level, const float *matrix, size_t row_count, size_t lanes, double *sums);

/// Counts `events` of one probability, of which `tied` cases without the event have the same and
/// `above` stand above, towards inversions and precision; `called` events stand above.
void ck_lane_events(int level, size_t lanes, double *events, double *tied, double *above,
                    double *called, double *inversions, double *precision);
