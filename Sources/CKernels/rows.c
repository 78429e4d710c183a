// Rows of text. Copies of short texts take 32 bytes whatever their length.
#include "CKernels.h"
#include <string.h>

static inline size_t write_digits(uint8_t *out, uint64_t number, int digits) {
  for (int i = digits - 1; i >= 0; i--, number /= 10) out[i] = (uint8_t)('0' + number % 10);
  return (size_t)digits;
}

/// Half away from zero, for what is not negative: the difference is exact.
static inline uint64_t rounded(double x) {
  uint64_t whole = (uint64_t)x;
  return whole + (x - (double)whole >= 0.5);
}

static size_t write_scientific(uint8_t *out, double value) {
  int exponent = 0;
  while (value < 1) value *= 10, exponent++;
  uint64_t digits = rounded(value * 1e5);
  if (digits >= 1000000) digits /= 10, exponent--;
  uint8_t text[6];
  write_digits(text, digits, 6);
  size_t kept = 6;
  while (kept > 1 && text[kept - 1] == '0') kept--;
  uint8_t *place = out;
  *place++ = text[0];
  if (kept > 1) {
    *place++ = '.';
    memcpy(place, text + 1, kept - 1);
    place += kept - 1;
  }
  *place++ = 'e';
  *place++ = '-';
  place += write_digits(place, (uint64_t)exponent, exponent < 100 ? 2 : 3);
  return (size_t)(place - out);
}

size_t ck_write_probability(uint8_t *out, float probability) {
  double value = (double)probability;
  if (!(value > 0)) {
    out[0] = '0';
    return 1;
  }
  // What six digits round up to 0.0001 is written so.
  if (value < 0.9999995e-4) return write_scientific(out, value);
  // Significant digits start behind the leading zeros.
  int decimals = value < 0.001 ? value < 0.0001 ? 10 : 9 : value < 0.1 ? value < 0.01 ? 8 : 7 : 6;
  if (decimals > 9) decimals = 9;
  static const double scales[10] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  uint64_t all = rounded(value * scales[decimals]), scale = (uint64_t)scales[decimals];
  uint64_t whole = all / scale;
  out[0] = (uint8_t)('0' + (whole < 9 ? whole : 9));
  uint64_t fraction = all - whole * scale;
  if (fraction == 0) return 1;
  out[1] = '.';
  size_t length = 2 + write_digits(out + 2, fraction, decimals);
  while (out[length - 1] == '0') length--;
  return length;
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

static inline uint8_t *write_count(uint8_t *out, int32_t number) {
  int digits = 1;
  for (int32_t rest = number; rest >= 10; rest /= 10) digits++;
  return out + write_digits(out, (uint64_t)number, digits);
}

static inline uint8_t *write_limit(uint8_t *out, float probability) {
  *out++ = ',';
  return out + ck_write_probability(out, probability);
}

size_t ck_write_ranked_rows(const struct ck_ranked_rows *rows, size_t first, size_t count,
                            uint8_t *out, size_t capacity, int64_t *ends) {
  uint8_t *place = out;
  for (size_t row = first; row < first + count; row++) {
    size_t id_start = row ? (size_t)rows->id_ends[row - 1] : 0;
    size_t id_length = (size_t)rows->id_ends[row] - id_start;
    size_t need = 2 * id_length + 2 + 512;
    for (size_t p = 0; p < rows->top; p++) {
      size_t cause = (size_t)rows->cause[row * rows->top + p];
      need += rows->causes.ends[cause] - (cause ? rows->causes.ends[cause - 1] : 0) + 64;
    }
    size_t setting = rows->setting[row];
    need += rows->settings.ends[setting];
    if ((size_t)(place - out) + need > capacity) return row - first;
    place = write_cell(place, rows->id_bytes + id_start, id_length);
    *place++ = ',';
    place = write_text(place, &rows->settings, setting);
    *place++ = ',';
    place = write_text(place, &rows->urgencies, rows->urgency[row]);
    *place++ = ',';
    place = write_count(place, rows->known[row]);
    for (size_t p = row * rows->top; p < (row + 1) * rows->top; p++) {
      *place++ = ',';
      place = write_text(place, &rows->causes, (size_t)rows->cause[p]);
      *place++ = ',';
      place += ck_write_probability(place, rows->probability[p]);
      if (rows->lower) {
        place = write_limit(place, rows->lower[p]);
        place = write_limit(place, rows->upper[p]);
      }
    }
    *place++ = '\n';
    ends[row] = (int64_t)(place - out);
  }
  return count;
}
