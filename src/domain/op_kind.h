#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

// What a write to a remote does. The names are in the books, in exports and on the command line;
// they are translated at those edges, by the one table here, and decide nothing anywhere else.
namespace hb::domain {

enum class OpKind : std::uint8_t {
    Unset, // of an op that nobody has filled in: it has no name, and is never stored or sent
    DealCreate,
    DealRows,
    DealStage,
    DealUpdate,
    InvoiceCreate,
    InvoiceRows,
    InvoiceStage,
    InvoiceUpdate,
    CardCreate,
    CardAdopt,
    CardUpdate,
    CardFiles,
    CommentCreate,
    DocumentCreate,
    TaskField,
    TaskMark,
    EntryMark,
    NoticeSend,
    TelegramSend,
    WebhookSend,
};

struct OpKindName {
    OpKind kind;
    std::string_view name;
};
inline constexpr std::array kOpKinds = {
    OpKindName{OpKind::DealCreate, "deal.create"},
    OpKindName{OpKind::DealRows, "deal.rows"},
    OpKindName{OpKind::DealStage, "deal.stage"},
    OpKindName{OpKind::DealUpdate, "deal.update"},
    OpKindName{OpKind::InvoiceCreate, "invoice.create"},
    OpKindName{OpKind::InvoiceRows, "invoice.rows"},
    OpKindName{OpKind::InvoiceStage, "invoice.stage"},
    OpKindName{OpKind::InvoiceUpdate, "invoice.update"},
    OpKindName{OpKind::CardCreate, "card.create"},
    OpKindName{OpKind::CardAdopt, "card.adopt"},
    OpKindName{OpKind::CardUpdate, "card.update"},
    OpKindName{OpKind::CardFiles, "card.files"},
    OpKindName{OpKind::CommentCreate, "comment.create"},
    OpKindName{OpKind::DocumentCreate, "document.create"},
    OpKindName{OpKind::TaskField, "task.field"},
    OpKindName{OpKind::TaskMark, "task.mark"},
    OpKindName{OpKind::EntryMark, "entry.mark"},
    OpKindName{OpKind::NoticeSend, "notice.send"},
    OpKindName{OpKind::TelegramSend, "telegram.send"},
    OpKindName{OpKind::WebhookSend, "webhook.send"},
};
static_assert(kOpKinds.size() == static_cast<std::size_t>(OpKind::WebhookSend),
              "every kind has its name");

std::string_view to_string(OpKind kind); // REQUIRES: it is set
Result<OpKind> parse_op_kind(std::string_view name);

// The create of an object of this kind ("deal", as references name it); nullopt: ops create none.
std::optional<OpKind> create_of(std::string_view object);
// The kind of object that a create brings; "" of what is no create.
std::string_view object_of(OpKind kind);

constexpr bool is_mark(OpKind kind) {
    return kind == OpKind::TaskMark || kind == OpKind::EntryMark;
}
constexpr bool is_rows(OpKind kind) {
    return kind == OpKind::DealRows || kind == OpKind::InvoiceRows;
}
constexpr bool is_stage(OpKind kind) {
    return kind == OpKind::DealStage || kind == OpKind::InvoiceStage;
}
constexpr bool is_card_write(OpKind kind) {
    return kind == OpKind::CardCreate || kind == OpKind::CardAdopt || kind == OpKind::CardUpdate ||
           kind == OpKind::CardFiles;
}
// Ops that only tell people something.
constexpr bool is_notice(OpKind kind) {
    return kind == OpKind::NoticeSend || kind == OpKind::TelegramSend ||
           kind == OpKind::WebhookSend;
}
// Of these an unknown outcome is recorded as "perhaps sent" (G20).
constexpr bool is_told_once_at_most(OpKind kind) {
    return kind == OpKind::TelegramSend || kind == OpKind::NoticeSend;
}

} // namespace hb::domain
