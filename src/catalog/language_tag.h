/*
 * Language tags (BCP 47, RFC 5646): a form check and the usual spelling, without the registry of
 * languages. Pure, any thread.
 */
#ifndef DRAMALET_CATALOG_LANGUAGE_TAG_H
#define DRAMALET_CATALOG_LANGUAGE_TAG_H

#include "base/err.h"
#include "base/str.h"

enum { LANGUAGE_TAG_MAX = 35 }; /* bytes, RFC 5646 section 4.4.1 */

struct language_tag {
    char s[LANGUAGE_TAG_MAX + 1];
};

/* language[-Script][-REGION][-variant...][-x-private...]: zh-hans-cn becomes zh-Hans-CN. ERR_INPUT:
 * not of this form. */
NODISCARD enum err language_tag_parse(struct str s, struct language_tag *ret);

/* The tag that somebody meant who wrote a language's name ("Chinese", "中文"); NULL: no idea. */
const char *language_tag_guess(struct str name);

#endif
