#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/serving.h"
#include "json/value.h"

// An agency whose service runs, with people who may sign in and programs with tokens.
namespace hb::test {

struct Said {
    int status = 0;
    std::string bytes; // as they came
    std::string text;  // the body
    json::Document document;
    json::Value root() const { return document.root(); }
    std::string code() const; // of a problem; "" none
    std::string header(const std::string& name) const;
};

struct Wish {
    std::string method = "GET", path, body = {};
    std::map<std::string, std::string> headers = {}; // an empty value: it is left out
};

class House : public Agency {
public:
    House();
    // A token of these roles, made once.
    std::string token(const std::string& role);
    // Exactly what is given, and Host; below /api/v1.
    Said raw(const Wish& wish) const;
    // As a program of this role.
    Said as(const std::string& role, Wish wish);
    // As a page that is signed in: mark, origin, type of content, cookie.
    Said page(Wish wish, const std::string& cookie = "", const std::string& csrf = "") const;
    std::string address() const; // scheme, host and port
    // What an authenticator shows for this secret now, or `steps` later.
    std::string code_of(const std::string& base32, int steps = 0) const;
    void later(int seconds); // on the program's clock

    struct Owner {
        std::string cookie, csrf, secret, recovery;
    };
    Owner owner(const std::string& login = "ann"); // added, enrolled and signed in

    std::optional<Running> running;
    std::string url;

private:
    std::map<std::string, std::string> tokens_;
    int shift_ = 0;
};

// Where an answer is not what openapi.json says; "" it is.
std::string misfit(const std::string& operation, const Said& said);

inline constexpr const char* kGoodPassword = "violet harbour candle";

} // namespace hb::test
