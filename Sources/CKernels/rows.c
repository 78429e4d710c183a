// Rows of text. Copies of short texts take 32 bytes whatever their length.
#include "CKernels.h"
#include "number.h"
#include <string.h>

static inline size_t write_digits(uint8_t *out, uint64_t number, int digits) {
  for (int i = digits - 1; i >= 0; i--, number /= 10) out[i] = (uint8_t)('0' + number % 10);
  return (size_t)digits;
}

/// Writes what is not below one: no probability, but the text says what it is up to ten.
static size_t write_above_one(uint8_t *out, double value) {
  uint64_t all = value < 9.5 ? ck_rounded(value * 1e6) : 9000000;
  out[0] = (uint8_t)('0' + all / 1000000);
  out[1] = '.';
  size_t length = 2 + write_digits(out + 2, all % 1000000, 6);
  while (out[length - 1] == '0') length--;
  return out[length - 1] == '.' ? 1 : length;
}

static inline uint8_t *write_pieces(uint8_t *out, uint64_t before, uint64_t behind,
                                    uint64_t shape) {
  uint32_t tail = (uint32_t)(shape >> 32);
  memcpy(out, &before, 8);
  memcpy(out + (shape & 0xff), &behind, 8);
  memcpy(out + (shape >> 8 & 0xff), &tail, 4);
  return out + (shape >> 16 & 0xff);
}

size_t ck_write_probability(uint8_t *out, float probability) {
  double value = (double)probability;
  if (!(value > 0)) {
    out[0] = '0';
    return 1;
  }
  if (value >= 1) return write_above_one(out, value);
  int exponent = 0;
  while (value < CK_LEAST_PLAIN) value *= 10, exponent++;
  uint64_t before, behind, shape = ck_number_pieces(value, exponent, &before, &behind);
  return (size_t)(write_pieces(out, before, behind, shape) - out);
}

/// Numbers whose pieces are made some ahead of their turn.
enum { AHEAD = 128 };
struct numbers {
  const float *all;
  size_t count, first, end;
  uint64_t before[AHEAD], behind[AHEAD], shape[AHEAD];
};

static inline uint8_t *write_number(uint8_t *out, struct numbers *numbers, size_t index,
                                    int level) {
  if (index >= numbers->end) {
    size_t left = numbers->count - index;
    numbers->first = index;
    numbers->end = index + (left < AHEAD ? left : AHEAD);
    ck_number_texts(level, numbers->all + index, numbers->end - index, numbers->before,
                    numbers->behind, numbers->shape);
  }
  size_t place = index - numbers->first;
  uint64_t shape = numbers->shape[place];
  if (!shape) return out + ck_write_probability(out, numbers->all[index]);
  return write_pieces(out, numbers->before[place], numbers->behind[place], shape);
}

static inline size_t text_length(const struct ck_texts *texts, size_t index) {
  return texts->ends[index] - (index ? texts->ends[index - 1] : 0);
}

static inline uint8_t *write_text(uint8_t *out, const struct ck_texts *texts, size_t index) {
  size_t start = index ? texts->ends[index - 1] : 0, length = texts->ends[index] - start;
  memcpy(out, texts->bytes + start, 32);
  if (length > 32) memcpy(out, texts->bytes + start, length);
  return out + length;
}

static inline uint8_t *write_cell(uint8_t *out, const uint8_t *text, size_t length) {
  int quoted = 0;
  for (size_t i = 0; i < length; i++)
    quoted |= text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
  if (!quoted) {
    memcpy(out, text, length);
    return out + length;
  }
  *out++ = '"';
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') *out++ = '"';
    *out++ = text[i];
  }
  *out++ = '"';
  return out;
}

size_t ck_write_ranked_rows(int level, const struct ck_ranked_rows *rows, size_t first, size_t count,
                            uint8_t *out, size_t capacity, int64_t *ends) {
  uint8_t *place = out;
  size_t all = (first + count) * rows->top, begin = first * rows->top;
  struct numbers probabilities = {.all = rows->probability, .count = all, .end = begin};
  struct numbers lower = {.all = rows->lower, .count = all, .end = begin};
  struct numbers upper = {.all = rows->upper, .count = all, .end = begin};
  for (size_t row = first; row < first + count; row++) {
    size_t id_start = row ? (size_t)rows->id_ends[row - 1] : 0;
    size_t id_length = (size_t)rows->id_ends[row] - id_start;
    size_t need = 2 * id_length + 2 + 512;
    for (size_t p = 0; p < rows->top; p++) {
      size_t cause = (size_t)rows->cause[row * rows->top + p];
      need += text_length(&rows->causes, cause) + 64;
    }
    size_t setting = rows->setting[row], urgency = (size_t)rows->urgency[row];
    size_t known = (size_t)rows->count[row];
    need += text_length(&rows->settings, setting) + text_length(&rows->urgencies, urgency) +
            text_length(&rows->counts, known);
    if ((size_t)(place - out) + need > capacity) return row - first;
    place = write_cell(place, rows->id_bytes + id_start, id_length);
    *place++ = ',';
    place = write_text(place, &rows->settings, setting);
    *place++ = ',';
    place = write_text(place, &rows->urgencies, urgency);
    *place++ = ',';
    place = write_text(place, &rows->counts, known);
    for (size_t p = row * rows->top; p < (row + 1) * rows->top; p++) {
      *place++ = ',';
      place = write_text(place, &rows->causes, (size_t)rows->cause[p]);
      *place++ = ',';
      place = write_number(place, &probabilities, p, level);
      if (rows->lower) {
        *place++ = ',';
        place = write_number(place, &lower, p, level);
        *place++ = ',';
        place = write_number(place, &upper, p, level);
      }
    }
    *place++ = '\n';
    ends[row] = (int64_t)(place - out);
  }
  return count;
}
