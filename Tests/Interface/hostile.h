/* What the parts of the program share. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "tables.h"

extern dorsal_model *model;
extern dorsal_scorer *scorer;

/* The cases of most tests: ids, an age in years, night pain, and where it hurts. */
enum { COUNT = 5 };
struct column *id(void), *age(void), *night(void), *site(void), *diagnosis(void);

/* Notes whether something holds. */
void check(bool holds, const char *what, const char *detail);

/* Whether all that a stream gave out was given back. */
void check_released(struct source *source, int streams, const char *what);

/* The answers to a stream, cell by cell; NULL and a text where there are none. */
char *score(const dorsal_scorer *with, struct source *source, const char *what, char **error);

/* A stream gives these answers, or an error with a word in it. */
void same(const char *what, const char *expected, struct source *source);
void refused(const char *what, const char *word, struct source *source);

/* A scorer with options, which the caller frees. */
dorsal_scorer *scorer_with(const char *options);

void tables_that_are_right(void);
void tables_that_are_wrong(void);
void batches_that_are_wrong(void);
void streams_that_fail(void);
void whole_streams(void);
void columns_that_pass(void);
void simulated_cases(void);
void arguments_that_are_wrong(void);
void threads_and_forks(void);

#endif
