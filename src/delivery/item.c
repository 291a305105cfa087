/* See item.h. This is the hot path of GET /v1/feed: the card is copied as it is. */
#include "delivery/item.h"

#include "base/id.h"
#include "delivery/card.h"

static void add_bool(struct buf *out, const char *key, bool v)
{
    buf_add_c(out, key);
    buf_add_c(out, v ? "true" : "false");
}

static void add_number(struct buf *out, const char *key, int64_t v)
{
    buf_add_c(out, key);
    buf_add_i64(out, v);
}

void item_add(struct buf *out, const struct item_signing *sign, const struct item *it)
{
    struct str card = str_trim(it->card);
    if (card.n && card.p[card.n - 1] == '}')
        card.n--; /* the object goes on below */
    buf_add_str(out, card);
    buf_add_c(out, ",\"base\":\"");
    media_address_add(out, sign->key, card_blob(it->card), 0, sign->now_us, sign->valid_hours);
    buf_add_char(out, '"');
    add_number(out, ",\"likes\":", it->likes);
    add_number(out, ",\"episodes\":", it->episodes);
    add_number(out, ",\"position_us\":", it->position_us);
    add_bool(out, ",\"liked\":", it->is_liked);
    add_bool(out, ",\"saved\":", it->is_saved);
    add_bool(out, ",\"watched\":", it->is_watched);
    add_bool(out, ",\"locked\":", false); /* everything is free until the ledger is there */
    buf_add_c(out, ",\"next\":");
    if (it->next) {
        buf_add_char(out, '"');
        buf_add_id(out, it->next);
        buf_add_char(out, '"');
    } else {
        buf_add_c(out, "null");
    }
    buf_add_char(out, '}');
}
