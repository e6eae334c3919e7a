#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

// How a report looks in the name of an own company: logo, colour, contact, texts. Not part of what
// is frozen: a report keeps its figures, and shows the brand as it is today.
namespace hb::domain {

// A picture that was decoded and written anew, so it holds pixels and nothing else.
struct Logo {
    std::string png;
    int width = 0, height = 0; // of the pixels
};

// A colour of links and buttons. "#1f5fbf"; of text it has to be at least 4.5:1 on its ground
// (WCAG 2.2, 1.4.3).
struct Rgb {
    int red = 0, green = 0, blue = 0;
    bool operator==(const Rgb&) const = default;
};

enum class TaskLinks {
    Portal, // where the task is kept
    Page,   // its page at the report's link: clients have no account in the portal
    None,
};

struct Contact {
    std::string person, email, phone, url;
    bool empty() const { return person.empty() && email.empty() && phone.empty() && url.empty(); }
};

// By language; "" stands for every one that has none of its own.
using BrandText = std::map<std::string, std::string, std::less<>>;

struct Brand {
    std::string company; // a reference; "": the only own company
    std::string name;    // "": as the CRM calls the company
    std::optional<Logo> logo;
    std::optional<Rgb> accent, accent_dark; // the page's own when there is none
    Contact contact;
    BrandText payment;    // how to pay, beside an invoice
    int payment_days = 0; // after invoicing; 0: not said
    BrandText note;       // below the heading
    std::string prefix;   // of report numbers; "": by the company
    TaskLinks task_links = TaskLinks::Portal;

    // Made by `named`.
    std::string style;                 // its style sheet
    std::string style_name, logo_name; // "3f0c….css", "….png": they change with what they name
    std::string fingerprint;           // of everything above
};
using BrandPtr = std::shared_ptr<const Brand>;

} // namespace hb::domain
