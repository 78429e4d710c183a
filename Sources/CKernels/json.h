// Reading plain lines of JSON. Included once a level, behind `csv.h`.

typedef uint8_t bytes32 __attribute__((ext_vector_type(32), aligned(1)));
typedef signed char signs32 __attribute__((ext_vector_type(32)));
typedef _Bool bits32 __attribute__((ext_vector_type(32)));

/// Whatever ends a plain string or makes it strange: a quote, a backslash, a control
/// character, a byte above 127.
INLINE uint32_t string_marks(const uint8_t *place) {
  bytes32 chunk = *(const bytes32 *)place;
  // As signed numbers, bytes above 127 are below all control characters.
  bits32 held = __builtin_convertvector((chunk == (uint8_t)'"') | (chunk == (uint8_t)'\\') |
                                            ((signs32)chunk < (signed char)0x20),
                                        bits32);
  uint32_t bits;
  memcpy(&bits, &held, 4);
  return bits;
}

/// The closing quote of a plain string that begins at `place`; null where it is not plain
/// or may reach beyond `limit`, up to 32 bytes behind which can be read.
INLINE const uint8_t *string_end(const uint8_t *place, const uint8_t *limit) {
  while (place < limit) {
    uint32_t marks = string_marks(place);
    if (marks) {
      place += __builtin_ctz(marks);
      return *place == '"' ? place : 0;
    }
    place += 32;
  }
  return 0;
}

/// The code of a name of at most 32 bytes; CK_NO_NAME where it is none.
INLINE uint16_t name_code(const struct ck_columns *columns, const struct ck_column *column,
                          const uint8_t *cell, size_t length) {
  if (length > 32 || length == 0) return CK_NO_NAME;
  uint64_t a = cell_word(cell, length, 0), b = cell_word(cell, length, 1);
  if (length <= 16) {
    uint64_t slot = ((a ^ turned(b, 17)) * column->multiplier) >> column->shift;
    const uint64_t *name = columns->names + 4 * (column->first + slot);
    // A longer name has something in its third word.
    uint64_t differs = (a ^ name[0]) | (b ^ name[1]) | name[2];
    return differs ? CK_NO_NAME : columns->name_codes[column->first + slot];
  }
  uint64_t d = cell_word(cell, length, 2), e = cell_word(cell, length, 3);
  uint64_t key = a ^ turned(b, 17) ^ turned(d, 31) ^ turned(e, 47);
  uint64_t slot = (key * column->multiplier) >> column->shift;
  const uint64_t *name = columns->names + 4 * (column->first + slot);
  uint64_t differs = (a ^ name[0]) | (b ^ name[1]) | (d ^ name[2]) | (e ^ name[3]);
  return differs ? CK_NO_NAME : columns->name_codes[column->first + slot];
}

INLINE const uint8_t *past_spaces(const uint8_t *place, const uint8_t *limit) {
  while (place < limit && *place == ' ') place++;
  return place;
}

/// Whether a token is a number as JSON writes it, without sign and exponent.
INLINE int is_plain_number(const uint8_t *token, size_t length) {
  if (length == 0 || (unsigned)token[0] - '0' > 9 || (unsigned)token[length - 1] - '0' > 9)
    return 0;
  return token[0] != '0' || length == 1 || token[1] == '.';
}

/// Reads the value of a finding; null where it needs a closer look.
INLINE const uint8_t *finding_value(const struct ck_members *members, size_t finding,
                                    const uint8_t *place, const uint8_t *limit, uint8_t *codes) {
  const struct ck_columns *columns = &members->findings;
  const struct ck_column *column = columns->columns + finding;
  if (*place == '"') {
    const uint8_t *start = place + 1, *end = string_end(start, limit);
    if (!end || column->kind == CK_NUMBER) return 0;
    uint16_t code = name_code(columns, column, start, (size_t)(end - start));
    if (code == CK_NO_NAME) return 0;
    codes[finding] = (uint8_t)code;
    return end + 1;
  }
  const uint8_t *end = place;
  while (end < limit &&
         ((*end >= 'a' && *end <= 'z') || (*end >= '0' && *end <= '9') || *end == '.'))
    end++;
  size_t length = (size_t)(end - place);
  if (length == 4 && memcmp(place, "null", 4) == 0) return end;
  int is_flag = (length == 4 && memcmp(place, "true", 4) == 0) ||
                (length == 5 && memcmp(place, "false", 5) == 0);
  if (is_flag ? !members->binary[finding] : !is_plain_number(place, length)) return 0;
  if (column->kind == CK_NUMBER) {
    int state = number_code(column, columns->edges, place, length);
    if (state <= 0) return 0;
    codes[finding] = (uint8_t)state;
    return end;
  }
  uint16_t code = name_code(columns, column, place, length);
  if (code == CK_NO_NAME) return 0;
  codes[finding] = (uint8_t)code;
  return end;
}

/// Reads one line; null where it needs a closer look, otherwise where the next begins.
INLINE const uint8_t *json_line(const struct ck_members *members, const uint8_t *bytes,
                                const uint8_t *place, const uint8_t *limit, uint32_t stamp,
                                uint32_t *named, uint8_t *codes, uint16_t *label,
                                uint32_t *id_start, uint32_t *id_end) {
  enum { ID = 1, SETTING = 2, DIAGNOSIS = 4, FINDINGS = 8 };
  unsigned seen = 0;
  if (*place != '{') return 0;
  place = past_spaces(place + 1, limit);
  for (;;) {
    if (place >= limit || *place != '"') return 0;
    const uint8_t *key = place + 1, *key_end = string_end(key, limit);
    if (!key_end) return 0;
    size_t length = (size_t)(key_end - key);
    place = past_spaces(key_end + 1, limit);
    if (*place != ':') return 0;
    place = past_spaces(place + 1, limit);
    unsigned member = 0;
    if (length == 2 && memcmp(key, "id", 2) == 0) {
      member = ID;
      if (*place != '"') return 0;
      const uint8_t *end = string_end(place + 1, limit);
      if (!end || end == place + 1) return 0;
      *id_start = (uint32_t)(place + 1 - bytes);
      *id_end = (uint32_t)(end - bytes);
      place = end + 1;
    } else if (length == 7 && memcmp(key, "setting", 7) == 0) {
      member = SETTING;
      if (named[members->setting] == stamp) return 0;
      named[members->setting] = stamp;
      place = finding_value(members, members->setting, place, limit, codes);
      if (!place) return 0;
    } else if (length == 9 && memcmp(key, "diagnosis", 9) == 0) {
      member = DIAGNOSIS;
      if (*place != '"') return 0;
      const uint8_t *end = string_end(place + 1, limit);
      if (!end) return 0;
      uint16_t code =
          name_code(&members->findings, &members->causes, place + 1, (size_t)(end - place - 1));
      if (code == CK_NO_NAME) return 0;
      *label = code;
      place = end + 1;
    } else if (length == 8 && memcmp(key, "findings", 8) == 0) {
      member = FINDINGS;
      if (*place != '{') return 0;
      place = past_spaces(place + 1, limit);
      if (*place == '}') {
        place++;
      } else {
        for (;;) {
          if (place >= limit || *place != '"') return 0;
          const uint8_t *name = place + 1, *name_end = string_end(name, limit);
          if (!name_end) return 0;
          uint16_t code = name_code(&members->findings, &members->keys, name,
                                    (size_t)(name_end - name));
          if (code == CK_NO_NAME || code == 0) return 0;
          size_t finding = (size_t)code - 1;
          if (named[finding] == stamp) return 0;
          named[finding] = stamp;
          place = past_spaces(name_end + 1, limit);
          if (*place != ':') return 0;
          place = finding_value(members, finding, past_spaces(place + 1, limit), limit, codes);
          if (!place) return 0;
          place = past_spaces(place, limit);
          if (*place == '}') {
            place++;
            break;
          }
          if (*place != ',') return 0;
          place = past_spaces(place + 1, limit);
        }
      }
    } else {
      return 0;
    }
    if (seen & member) return 0;
    seen |= member;
    place = past_spaces(place, limit);
    if (*place == '}') break;
    if (*place != ',') return 0;
    place = past_spaces(place + 1, limit);
  }
  place = past_spaces(place + 1, limit);
  if (*place == '\r') place++;
  return *place == '\n' && place < limit && (seen & ID) ? place + 1 : 0;
}

size_t CK_NAME(json_decode)(const struct ck_members *members, const uint8_t *bytes, size_t count,
                            size_t start, size_t capacity, uint32_t stamp, uint32_t *named,
                            uint8_t *codes, uint16_t *labels, uint32_t *id_starts,
                            uint32_t *id_ends, size_t *next) {
  size_t stride = members->findings.code_stride, done = 0;
  *next = start;
  // Strings are read 32 bytes at a time, and one step looks at most some bytes ahead.
  if (count < 128) return 0;
  const uint8_t *limit = bytes + count - 96;
  const uint8_t *place = bytes + start;
  while (done < capacity && place < limit) {
    memset(codes + done * stride, 0, stride);
    labels[done] = 0;
    const uint8_t *end =
        json_line(members, bytes, place, limit, stamp + (uint32_t)done, named,
                  codes + done * stride, labels + done, id_starts + done, id_ends + done);
    if (!end) break;
    place = end;
    done++;
  }
  *next = (size_t)(place - bytes);
  return done;
}
