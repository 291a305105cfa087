/*
 * The language of a page (Accept-Language, RFC 9110 12.5.4) and the few sentences that the server
 * itself says to people. The client's own texts live in web/src/i18n. Adding a language is adding
 * a row here and a file there. Pure.
 */
#ifndef DRAMALET_API_PAGE_LANGUAGE_H
#define DRAMALET_API_PAGE_LANGUAGE_H

#include "http/http.h"

struct str page_language(const struct request *r); /* "en", "zh", "es": the best that is there */
struct str page_slogan(const struct request *r);
struct str page_error_title(const struct request *r, enum err e);
struct str page_error_text(const struct request *r, enum err e);

#endif
