/* Cells and schemas: layouts that mean the same, what is unknown, and what is wrong. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

static const char *const ids[COUNT] = {"a", "b", "c", "d", "e"};
static const int64_t ages[COUNT] = {67, 30, 45, 80, 51};
static const char *const nights[COUNT] = {"present", NULL, "absent", "present", NULL};
static const char *const sites[COUNT] = {"low_back", "thoracic", NULL, "chest", "neck"};

struct column *id(void) { return texts("id", COUNT, ids); }
struct column *age(void) { return numbers("l", "age", COUNT, 8, ages); }
struct column *night(void) { return texts("night_pain", COUNT, nights); }
struct column *site(void) { return texts("site", COUNT, sites); }

static const char *const causes[COUNT] = {"spinal_metastasis", "unlisted", NULL, "unlisted", NULL};
struct column *diagnosis(void) { return texts("diagnosis", COUNT, causes); }

static char *plain_answers(void) {
  char *error;
  char *text = score(scorer, source_of(COUNT, 4, id(), age(), night(), site()), "plain", &error);
  check(text != NULL, "plain", error);
  free(error);
  return text;
}

/* Every layout of the same cases. */
static void layouts(void) {
  char *plain = plain_answers();
  same("wide texts", plain,
       source_of(COUNT, 4, wide_texts("id", COUNT, ids), age(),
                 wide_texts("night_pain", COUNT, nights), wide_texts("site", COUNT, sites)));
  same("views", plain,
       source_of(COUNT, 4, views("id", COUNT, ids), age(), views("night_pain", COUNT, nights),
                 views("site", COUNT, sites)));
  double real[COUNT];
  float single[COUNT];
  uint16_t half[COUNT];
  int32_t narrow[COUNT];
  uint8_t bytes[COUNT];
  int64_t decimal[COUNT][2];
  for (int row = 0; row < COUNT; row++) {
    real[row] = (double)ages[row];
    single[row] = (float)ages[row];
    narrow[row] = (int32_t)ages[row];
    bytes[row] = (uint8_t)ages[row];
    decimal[row][0] = ages[row] * 1000;
    decimal[row][1] = 0;
    _Float16 number = (_Float16)ages[row];
    memcpy(half + row, &number, 2);
  }
  struct column *kinds[] = {
      numbers("g", "age", COUNT, 8, real),     numbers("f", "age", COUNT, 4, single),
      numbers("e", "age", COUNT, 2, half),     numbers("i", "age", COUNT, 4, narrow),
      numbers("I", "age", COUNT, 4, narrow),   numbers("C", "age", COUNT, 1, bytes),
      numbers("c", "age", COUNT, 1, bytes),    numbers("L", "age", COUNT, 8, ages),
      numbers("d:10,3", "age", COUNT, 16, decimal),
      numbers("d:10,3,128", "age", COUNT, 16, decimal)};
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
    same(kinds[kind]->format, plain, source_of(COUNT, 4, id(), kinds[kind], night(), site()));
  bool flags[COUNT], nulls[COUNT];
  for (int row = 0; row < COUNT; row++) {
    nulls[row] = nights[row] == NULL;
    flags[row] = nights[row] && !strcmp(nights[row], "present");
  }
  for (int rows = 0; rows < 18; rows++) {
    /* Any offset, within a byte of bits and over it. */
    struct column *bits = with_nulls(booleans("night_pain", COUNT, flags), nulls);
    same("an offset", plain,
         source_of(COUNT, 4, behind(rows, id()), behind(rows, age()), behind(rows, bits),
                   behind(rows, site())));
  }
  /* A dictionary with a null among its words, a word that stands twice and one that is not used. */
  const char *const few[] = {"absent", NULL, "present", "present", "perhaps"};
  const int places[COUNT] = {2, 1, 0, 3, -1};
  const char *const formats[] = {"c", "C", "s", "S", "i", "I", "l", "L"};
  for (int kind = 0; kind < 8; kind++) {
    size_t width = (size_t)1 << kind / 2;
    same("a dictionary", plain,
         source_of(COUNT, 4, id(), age(),
                   words(formats[kind], "night_pain", COUNT, places, width, texts("", 5, few)),
                   site()));
    same("a dictionary of wide texts", plain,
         source_of(COUNT, 4, id(), age(),
                   words(formats[kind], "night_pain", COUNT, places, width, wide_texts("", 5, few)),
                   site()));
  }
  /* Rows of a struct that begin within its columns. */
  const char *const more[] = {"x", "a", "b", "c", "d", "e", "y"};
  const char *const more_nights[] = {"no", "present", NULL, "absent", "present", NULL, "no"};
  const char *const more_sites[] = {"neck", "low_back", "thoracic", NULL, "chest", "neck", "neck"};
  const int64_t more_ages[] = {9, 67, 30, 45, 80, 51, 9};
  struct source *slice =
      source_of(COUNT, 4, texts("id", 7, more), numbers("l", "age", 7, 8, more_ages),
                texts("night_pain", 7, more_nights), texts("site", 7, more_sites));
  slice->offset = 1;
  same("a slice of a struct", plain, slice);
  /* How many are null may be left open. */
  struct column *open = night();
  open->nulls = -1;
  same("an unknown count of nulls", plain, source_of(COUNT, 4, id(), age(), open, site()));
  free(plain);
}

/* What is unknown: null, NaN, the type of nothing, an empty text. */
static void unknowns(void) {
  const char *const none[COUNT] = {NULL, "", NULL, "", NULL};
  const double nan[COUNT] = {NAN, -NAN, NAN, NAN, NAN};
  char *error, *bare = score(scorer, source_of(COUNT, 1, id()), "ids alone", &error);
  check(bare != NULL, "ids alone", error);
  free(error);
  same("nulls", bare, source_of(COUNT, 2, id(), texts("night_pain", COUNT, none)));
  same("NaN", bare, source_of(COUNT, 2, id(), numbers("g", "age", COUNT, 8, nan)));
  same("nothing", bare, source_of(COUNT, 2, id(), nothing("age", COUNT)));
  free(bare);
}

/* The fault of a row of answers, which is its last column. */
static void faulty(const char *what, int row, const char *word, struct source *source) {
  char *error, *text = score(scorer, source, what, &error);
  check(text != NULL, what, error);
  char *line = text;
  for (int place = 0; line && place < row; place++) line = strchr(line, '\n') + 1;
  char *end = line ? strchr(line, '\n') : NULL;
  if (end) *end = 0;
  char *fault = line ? strstr(line, "|fault=") : NULL;
  check(fault && strstr(fault, word) && strstr(line, "cause_1=null"), what, line);
  /* The other rows are fine. */
  check(!end || !strchr(end + 1, '\n') || strstr(end + 1, "fault=null"), what, "another fault");
  free(text);
  free(error);
}

static void bad_cells(void) {
  const double wild[] = {INFINITY, -INFINITY, 1e308, -1e308, 5e-324, -1, 1e300};
  for (size_t place = 0; place < sizeof wild / sizeof *wild; place++) {
    double values[COUNT] = {40, 40, wild[place], 40, 40};
    if (wild[place] > 0 && wild[place] < 1) continue;
    faulty("a number", 2, "age", source_of(COUNT, 2, id(), numbers("g", "age", COUNT, 8, values)));
  }
  const int64_t far[] = {INT64_MIN, INT64_MAX, -1, 1000};
  for (int place = 0; place < 4; place++) {
    int64_t values[COUNT] = {40, far[place], 40, 40, 40};
    faulty("a whole number", 1, "age",
           source_of(COUNT, 2, id(), numbers("l", "age", COUNT, 8, values)));
    faulty("a whole number without a sign", 1, "age",
           source_of(COUNT, 2, id(), numbers("L", "age", COUNT, 8, values)));
  }
  int64_t decimals[COUNT][2] = {{40, 0}, {40, 0}, {-1, INT64_MAX}, {40, 0}, {40, 0}};
  faulty("a decimal", 2, "age",
         source_of(COUNT, 2, id(), numbers("d:38,0", "age", COUNT, 16, decimals)));
  /* Texts that are no UTF-8: cut off, overlong, surrogates, beyond the last sign. */
  const char *const bad[] = {"\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF\xFE",
                             "pres\x80nt"};
  for (size_t place = 0; place < sizeof bad / sizeof *bad; place++) {
    const char *values[COUNT] = {"present", "present", "present", bad[place], "present"};
    faulty("a text that is no UTF-8", 3, "night_pain",
           source_of(COUNT, 2, id(), texts("night_pain", COUNT, values)));
    faulty("a view that is no UTF-8", 3, "night_pain",
           source_of(COUNT, 2, id(), views("night_pain", COUNT, values)));
    const char *names[COUNT] = {"a", "b", "c", bad[place], "e"};
    faulty("an id that is no UTF-8", 3, "id", source_of(COUNT, 1, texts("id", COUNT, names)));
  }
  const char *const empty[COUNT] = {"a", "b", "", "d", "e"};
  faulty("an empty id", 2, "id", source_of(COUNT, 1, texts("id", COUNT, empty)));
  const char *const missing[COUNT] = {"a", "b", "c", "d", NULL};
  faulty("an id that is null", 4, "id", source_of(COUNT, 1, texts("id", COUNT, missing)));
  char *longest = malloc(1 << 20);
  memset(longest, 'x', 1 << 20);
  longest[(1 << 20) - 1] = 0;
  const char *const lengthy[COUNT] = {"present", longest, "present", "present", "present"};
  faulty("a very long text", 1, "night_pain",
         source_of(COUNT, 2, id(), texts("night_pain", COUNT, lengthy)));
  faulty("a very long view", 1, "night_pain",
         source_of(COUNT, 2, id(), views("night_pain", COUNT, lengthy)));
  free(longest);
}

/* Changes of a schema, by the place of a column. */
static void no_format(struct ArrowSchema *schema) { schema->children[1]->format = NULL; }
static void no_name(struct ArrowSchema *schema) { schema->children[1]->name = NULL; }
static void negative_children(struct ArrowSchema *schema) { schema->n_children = -1; }
static void many_children(struct ArrowSchema *schema) { schema->n_children = INT64_MAX; }
static void other_format(struct ArrowSchema *schema) { schema->format = "l"; }
static void odd_name(struct ArrowSchema *schema) { schema->children[1]->name = "\xFF\xC3"; }
static void released_schema(struct ArrowSchema *schema) { schema->release(schema); }
static void released_column(struct ArrowSchema *schema) {
  schema->children[1]->release(schema->children[1]);
}

static void bad_schemas(void) {
  refused("no id", "no column \"id\"", source_of(COUNT, 1, age()));
  refused("no column", "no column \"id\"", source_of(COUNT, 0));
  struct column *named = texts("ages", COUNT, nights);
  refused("an unknown column", "did you mean \"age\"", source_of(COUNT, 2, id(), named));
  refused("a column twice", "twice", source_of(COUNT, 3, id(), age(), age()));
  refused("ids twice", "twice", source_of(COUNT, 2, id(), id()));
  refused("a list", "column \"night_pain\" has the type",
          source_of(COUNT, 2, id(), lists("night_pain", COUNT, nights)));
  const char *const formats[] = {
      "",    "zz",        "+s",        "+m",  "+ud:0,1",  "+r",   "tdD", "tsu:",   "z",
      "Z",   "w:4",       "vz",        "+vl", "d:",       "d:,",  "d:9", "d:a,b",  "uu",
      "d:10,99999999999999999999",     "d:10,401",        "d:10,3,256",  "\xFF\xFF"};
  for (size_t place = 0; place < sizeof formats / sizeof *formats; place++) {
    struct column *column = numbers(formats[place], "age", COUNT, 8, ages);
    refused(formats[place], "column \"age\"", source_of(COUNT, 2, id(), column));
  }
  const int places[COUNT] = {0, 0, 0, 0, 0};
  refused("a dictionary by texts", "dictionary",
          source_of(COUNT, 2, id(), words("u", "site", COUNT, places, 1, site())));
  refused("a dictionary of lists", "dictionary",
          source_of(COUNT, 2, id(),
                    words("c", "site", COUNT, places, 1, lists("", COUNT, sites))));
  struct column *inner = words("c", "", COUNT, places, 1, site());
  refused("a dictionary of dictionaries", "dictionary",
          source_of(COUNT, 2, id(), words("c", "site", COUNT, places, 1, inner)));
  refused("ids that are floats", "expected texts",
          source_of(COUNT, 1, numbers("g", "id", COUNT, 8, ages)));
  const struct {
    const char *what, *word;
    void (*spoil)(struct ArrowSchema *);
  } spoiled[] = {
      {"no format", "column \"age\"", no_format},
      {"no name", "column", no_name},
      {"a negative count of columns", "columns", negative_children},
      {"a vast count of columns", "columns", many_children},
      {"no struct", "format", other_format},
      {"a name that is no UTF-8", "column", odd_name},
      {"a released schema", "schema", released_schema},
      {"a released column", "column 2", released_column},
  };
  for (size_t place = 0; place < sizeof spoiled / sizeof *spoiled; place++) {
    struct source *source = source_of(COUNT, 2, id(), age());
    source->spoil_schema = spoiled[place].spoil;
    refused(spoiled[place].what, spoiled[place].word, source);
  }
}

void tables_that_are_right(void) {
  layouts();
  unknowns();
}

void tables_that_are_wrong(void) {
  bad_cells();
  bad_schemas();
}
