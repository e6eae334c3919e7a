#include "voices/voices.h"

#include <catch2/catch.hpp>

#include <limits>

#include "voices/states.h"

using namespace hb;
using namespace hb::voices;

namespace {

constexpr Text kWaiting =
    text({"test.waiting", "{n} {n#record waits|records wait} for {whom}",
          "{whom}: {n#ждёт|ждут|ждут} {n} {n#запись|записи|записей}", "decide about {whom}",
          "решите по {whom}", "hourbridge late list --client {whom}"});
constexpr Text kPair = text({"test.pair", "{a} before {b}", "{b} после {a}"});

std::string english(const Message& message) {
    return in(message, Language::English);
}
std::string russian(const Message& message) {
    return in(message, Language::Russian);
}

} // namespace

TEST_CASE("a number chooses its form, in English of two and in Russian of three") {
    const auto of = [](std::int64_t n) { return say<kWaiting>(n, "Acme"); };
    CHECK(english(of(1)) == "1 record waits for Acme");
    CHECK(english(of(0)) == "0 records wait for Acme");
    CHECK(russian(of(1)) == "Acme: ждёт 1 запись");
    CHECK(russian(of(3)) == "Acme: ждут 3 записи");
    CHECK(russian(of(5)) == "Acme: ждут 5 записей");
    const std::pair<std::int64_t, std::size_t> forms[] = {
        {0, 2},   {1, 0},   {2, 1},   {4, 1},    {5, 2},    {10, 2}, {11, 2},  {12, 2},
        {14, 2},  {15, 2},  {20, 2},  {21, 0},   {22, 1},   {25, 2}, {100, 2}, {101, 0},
        {111, 2}, {112, 2}, {121, 0}, {1001, 0}, {1011, 2}, {-1, 0}, {-3, 1},  {-11, 2}};
    for (const auto& [n, form] : forms) {
        INFO(n);
        CHECK(form_of(n, Language::Russian) == form);
        CHECK(form_of(n, Language::English) == (n == 1 || n == -1 ? 0 : 1));
    }
    CHECK(form_of(std::numeric_limits<std::int64_t>::min(), Language::Russian) == 2);
}

TEST_CASE("places of a translation may have another order") {
    CHECK(english(say<kPair>("x", "y")) == "x before y");
    CHECK(russian(say<kPair>("x", "y")) == "y после x");
}

TEST_CASE("a value is only a value, whatever it holds (G60)") {
    CHECK(english(say<kPair>("{b}", "{a#one|two}")) == "{b} before {a#one|two}");
}

TEST_CASE("messages within a message are worded in its language") {
    const auto message = say<states::kSendAgain>(say<states::kIs>(say<states::kPaid>()));
    CHECK(english(message) == "the report is paid and cannot be sent again");
    CHECK(russian(message) == "отчёт: оплачен, ещё раз отправить его нельзя");
    const auto several = say<states::kSendBlocked>(
        std::vector<Message>{say<states::kSendEmpty>(), as_it_is("Bitrix24: 503")});
    CHECK(russian(several) == "отчёт пока нельзя отправить: в отчёте нет ни одной записи; "
                              "Bitrix24: 503");
}

TEST_CASE("a reader at a prompt gets a command, another reader a next step without one (G61)") {
    const Error error = refuse<kWaiting>(Code::NeedsPerson, 2, "Acme");
    CHECK(error.message == "2 records wait for Acme");
    CHECK(error.hint == "hourbridge late list --client Acme");
    CHECK(both_in(error, Language::English) == "2 records wait for Acme. decide about Acme");
    CHECK(both_in(error, Language::Russian) == "Acme: ждут 2 записи. решите по Acme");
    const Error plain{Code::Remote, "503", "", "hourbridge check"};
    CHECK(both_in(plain, Language::Russian) == "503");
    const Error without_shell = refuse<states::kSentAlready>(Code::Conflict);
    CHECK(without_shell.hint == "recall it to change it");
}

TEST_CASE("JSON gets the row's code and its values by name") {
    const auto message = say<states::kCancelCorrected>("HB2026-0007");
    CHECK(code_of(message) == "cancel.corrected");
    CHECK(values_of(message) ==
          std::vector<std::pair<std::string, std::string>>{{"reports", "HB2026-0007"}});
    CHECK(code_of(as_it_is("x")).empty());
}

TEST_CASE("what is wrong in a row is seen while it is compiled") {
    // The functions that text() asks, since a row that fails does not compile.
    CHECK(is_russian("в CRM нет {company}"));
    CHECK_FALSE(is_russian("в deal нет"));
    CHECK_FALSE(is_russian("{n#record|записи|записей}"));
    Places places;
    places.add("{n} {n#one|many}");
    CHECK(places_are_right("{n} {n#one|many}", places, 2));
    CHECK_FALSE(places_are_right("{n#one|many}", places, 3));
    CHECK_FALSE(places_are_right("{other}", places, 2));
    CHECK_FALSE(places_are_right("{n", places, 2));
    CHECK(uses_all("{b} {a}", "{a} {b}"));
    CHECK_FALSE(uses_all("{a}", "{a} {b}"));
    CHECK(has_shell_words("run hourbridge check"));
    CHECK(has_shell_words("with --reason"));
    CHECK(is_code("send.again"));
    CHECK_FALSE(is_code("send"));
    CHECK_FALSE(is_code("Send.again"));
}
