#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "connector/connector.h"
#include "net/http.h"
#include "net/limiter.h"

namespace hb::connector {

struct Bitrix24Options {
    std::string remote = "bitrix24"; // the user's name for it; appears in error texts
    Secret webhook_url;              // https://HOST/rest/UID/TOKEN/ ; http for loopback only
    net::Limiter::Limits limits;
    net::Timeouts timeouts;
    std::chrono::seconds settle{90};
    std::string user_agent = "hourbridge";
    std::string paid_field = "UF_HB_PAID";
    std::string report_field = "UF_HB_REPORT";
};

// One Bitrix24 portal through an inbound webhook. `clock` must outlive the connector. Code::Usage
// when the URL has not the form above; the error never quotes it.
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
// read_back gives the value in the same shape; it is byte for byte op.fields when the portal holds
// the same value (2501.00 and 2501 are the same amount), "" when the target is gone.
//
// earliest() answers for a call like the last one: a method whose run-time budget is used up makes
// it late, so that a long walk waits instead of failing; a call of another method may go out before
// and is judged by its own budget.
Result<std::unique_ptr<Connector>>
make_bitrix24(Bitrix24Options options, std::unique_ptr<net::HttpClient> http, Clock& clock);

} // namespace hb::connector
