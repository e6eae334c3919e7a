#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "connector/connector.h"
#include "connector/tokens.h"
#include "net/http.h"
#include "net/limiter.h"

namespace hb::connector {

// An application of one portal (G34). Its tokens are the keeper's.
struct OAuthOptions {
    std::string portal; // "acme.bitrix24.com"; http://… for loopback only
    std::string client_id;
    Secret client_secret;
    // Who renews tokens, where the installation did not tell it.
    std::string oauth_url = "https://oauth.bitrix.info/oauth/token/";
};

struct Bitrix24Options {
    std::string remote = "bitrix24"; // the user's name for it; appears in error texts
    // Exactly one of the two.
    Secret webhook_url; // https://HOST/rest/UID/TOKEN/ ; http for loopback only
    std::optional<OAuthOptions> oauth;
    std::shared_ptr<Keeper> keeper;  // REQUIRES: set with oauth
    std::vector<std::string> scopes; // wanted besides the main job's: userfieldconfig im sale (G35)
    std::vector<std::string> templates; // of documents, ids that `check` looks for
    net::Limiter::Limits limits;
    // Deals and companies by crm.deal.list and crm.company.list, as before 0.2 (use_classic_lists).
    bool classic_lists = false;
    bool payments = true;      // whether the payments of deals and invoices are read (G55)
    int batches_in_flight = 2; // while reading lists (G32)
    net::Timeouts timeouts;
    std::chrono::seconds settle{90};
    std::string user_agent = "hourbridge";
    // Of the configuration: of the dates of tasks where the caller's profile names none (G53).
    // Absent: they are taken with the offset that stands behind them.
    std::optional<Zone> zone;
    std::string paid_field = "UF_HB_PAID";
    std::string report_field = "UF_HB_REPORT";
};

// One Bitrix24 portal through an inbound webhook or as an application. `clock` must outlive the
// connector. Code::Usage when the address has not the form above; the error never quotes it.
// A portal that was renamed answers with a redirect: it is followed as the same POST once, kept
// with the keeper, and used from then on. account() stays what is configured (of an application:
// its member_id, "" before it is installed).
//
// Streams, in this order: users groups companies deals tasks entries. A cursor belongs to one
// stream of one portal; Full begins anew on any cursor that holds no unfinished Full walk, Changes
// on "" reads everything and then, with the cursor of any finished walk, only what is new. The
// cursor of a finished Full walk is a good cursor for Changes.
//
// Op kinds. `target` is a remote id, `fields` a JSON object. Amounts are decimal text and travel as
// JSON numbers with exactly those digits.
//
//   deal.create     Findable, target "". fields = the universal CRM's names:
//                   {"title":"…","categoryId":0,"stageId":"NEW","companyId":"5",
//                    "currencyId":"EUR","isManualOpportunity":"Y","opportunity":"2501.00",
//                    "originatorId":"hourbridge","originId":KEY}
//                   originId must be the op's key. Other names are passed on as they are.
//   deal.rows       Fixed, target = deal id. {"rows":[{"productName":"…","price":"100.00",
//                    "quantity":"1","taxRate":"20"|null,"taxIncluded":"Y","sort":10}]}; [] clears.
//   deal.stage      Fixed, target = deal id. {"stageId":"C9:WON"}
//   comment.create  Findable, target = entity id. {"entityType":"deal","comment":"… KEY …"}
//                   The comment must contain the op's key.
//   task.mark       Fixed, target = task id. {"UF_HB_PAID":"100","UF_HB_REPORT":"HB2026-0001"}
//                   (the names of the options; both texts, "" empties). A task that is gone is Done
//                   with the answer {"gone":true}.
//   task.field      Fixed by name, target "". {"name":"UF_HB_PAID","label":"Paid, %"}
//                   Done when a text field of this name exists afterwards.
//
//   deal.update     Fixed, target = deal id. Any of the universal CRM's names, e.g.
//                   {"parentId1044":"7"}; amounts as in deal.create.
//   invoice.create  Findable by xmlId = the op's key, target "". The universal CRM's names, e.g.
//                   {"title":"…","parentId2":"342","companyId":"5","mycompanyId":"1",
//                    "currencyId":"EUR","isManualOpportunity":"Y","opportunity":"2501.00",
//                    "xmlId":KEY}
//   invoice.rows    as deal.rows, target = invoice id
//   invoice.stage   as deal.stage, target = invoice id
//   card.create     Findable by xmlId = the op's key, target "". Logical names
//   (domain/crm_objects.h):
//                   {"title":"…","company":"12","deal":"342","state":"sent","key":KEY,
//                    "fields":{"from":"2026-03-01","hours":"12:30",…}}
//   card.adopt      Fixed, target = card id. {"key":"hb-…"} becomes its xmlId; a card that carries
//                   another "hb-" key already is Rejected.
//   card.update     Fixed, target = card id. Any of title, company, deal, state, fields as above;
//                   "" empties. A state whose stage is gone is Rejected, and says `portal setup`.
//   card.files      Fixed, target = card id. The complete list, in order:
//                   {"files":[{"name":"Act 7.pdf","base64":"…"}]}; read back by names.
//   document.create Findable by (entity, template): {"entityTypeId":2,"entityId":"342",
//                   "templateId":"39","values":{"HbKey":KEY,…}}; the lowest id is ours.
//   notice.send     Once, target = user id. {"message":"…","tag":"hb-…"}
//                   Only an application's second notice of the same tag replaces the first one; a
//                   webhook's stands beside it.
//   comment.create  also takes "entityType":"invoice" and "card".
//
// read_back gives the value in the same shape; it is byte for byte op.fields when the portal holds
// the same value (2501.00 and 2501 are the same amount), "" when the target is gone.
//
// earliest() answers for a call like the last one: a method whose run-time budget is used up makes
// it late, so that a long walk waits instead of failing; a call of another method may go out before
// and is judged by its own budget.
Result<std::unique_ptr<Connector>>
make_bitrix24(Bitrix24Options options, std::unique_ptr<net::HttpClient> http, Clock& clock);

} // namespace hb::connector
