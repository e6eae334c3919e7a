#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/bitrix24/errors.h"
#include "domain/lack.h"

// Methods that are good to have: what is different without each, and which ones this portal lacks
// or refuses for good (G55).
namespace hb::connector::bitrix24 {

// What calls of the universal CRM are about, besides deals and invoices.
inline constexpr std::string_view kCardItems = "card";

struct Optional {
    std::string_view method;
    std::string_view about; // "" whatever it is called for; "card": for cards only
    // A right is refused for whatever it is called for; else this time for one object, and another
    // one may be allowed.
    bool alike;
    std::string_view without;
    std::string_view hint;  // where the portal does not know it; "" nothing has to be done
    std::string_view right; // what the caller's owner has to be allowed
};
const std::vector<Optional>& optional_methods();

// What the portal has refused. A method is not called again for a day where that would be refused
// alike: so what is there is not asked together with it, and a restart repeats nothing.
class Lacks {
public:
    // An answer to a call of ours; other methods, and troubles that say nothing for good, are none
    // of its business. What is refused gets the advice that fits.
    void note(std::string_view method, std::string_view about, std::optional<Trouble>& trouble,
              bool application, Instant now);
    // What the call would hear. nullopt: it may go out.
    std::optional<Trouble> refusal(std::string_view method, std::string_view about,
                                   Instant now) const;
    void use(std::vector<domain::Lack> known);
    void try_anew(Instant now); // a person looks: each is called at its next need
    std::vector<domain::Lack> all() const;
    std::int64_t changes() const { return changes_; }

private:
    using Key = std::pair<std::string, std::string>;
    void refused(const Optional& of, std::string_view about, const Trouble& trouble,
                 bool application, Instant now);

    std::map<Key, domain::Lack> known_;
    std::int64_t changes_ = 0;
};

} // namespace hb::connector::bitrix24
