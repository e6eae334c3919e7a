#include <array>
#include <cstdio>

#include "base/text.h"
#include "sandbox/documents.h"

// The bytes of documents: a PDF of one page and a Word file, both made by hand.
namespace hb::sandbox {

namespace {

struct Reader {
    std::string_view text;
    std::size_t at = 0;

    // The next code point of well-formed UTF-8.
    char32_t next() {
        const auto byte = [&](std::size_t i) {
            return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
        };
        const unsigned first = byte(at);
        const int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        char32_t out = first & (more == 0 ? 0x7Fu : 0x3Fu >> more);
        for (int i = 1; i <= more; ++i)
            out = out << 6 | (byte(at + static_cast<std::size_t>(i)) & 0x3Fu);
        at += static_cast<std::size_t>(more) + 1;
        return out;
    }
};

// The built-in fonts of PDF have no Cyrillic: the page is in Latin letters, the title of the file
// in its own.
std::string latin(std::string_view text) {
    static constexpr const char* kLetters[] = {
        "a", "b", "v", "g", "d", "e", "zh", "z",  "i",  "j",    "k", "l", "m", "n", "o",  "p",
        "r", "s", "t", "u", "f", "h", "c",  "ch", "sh", "shch", "",  "y", "",  "e", "yu", "ya"};
    std::string out;
    Reader reader{text};
    while (reader.at < text.size()) {
        const char32_t c = reader.next();
        if (c < 0x80)
            out += static_cast<char>(c);
        else if (c >= 0x410 && c < 0x450)
            out += kLetters[(c - 0x410) % 32];
        else
            out += c == 0x2014 ? '-' : c == 0xAB || c == 0xBB ? '"' : '?';
    }
    return out;
}

std::string pdf_text(std::string_view text) {
    std::string out = "(";
    for (const char c : latin(text)) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + ")";
}

// UTF-16BE with its mark, in hex: how PDF holds a text in any script.
std::string pdf_unicode(std::string_view text) {
    std::string out = "<FEFF";
    const auto unit = [&](unsigned value) {
        char digits[8];
        const int length = std::snprintf(digits, sizeof digits, "%04X", value);
        out.append(digits, static_cast<std::size_t>(length));
    };
    Reader reader{text};
    while (reader.at < text.size()) {
        const char32_t c = reader.next();
        if (c < 0x10000) {
            unit(c);
        } else {
            unit(0xD800u + ((c - 0x10000u) >> 10));
            unit(0xDC00u + ((c - 0x10000u) & 0x3FFu));
        }
    }
    return out + ">";
}

std::vector<std::string> lines_of(const Document& document) {
    return {document.title, document.subject, "No. " + document.number,
            "Total " + write_fixed(document.amount, 2) + " " + document.currency};
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xEDB88320u : 0u);
    }
    return ~crc;
}

std::string little(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFu);
    return out;
}

// A zip of files that are stored as they are.
std::string zip(const std::vector<std::pair<std::string, std::string>>& files) {
    std::string out;
    std::string directory;
    for (const auto& [name, bytes] : files) {
        const auto size = static_cast<std::uint32_t>(bytes.size());
        const std::string facts = little(0, 2) + little(0, 2) + little(0, 2) + little(0x5C21, 2) +
                                  little(crc32(bytes), 4) + little(size, 4) + little(size, 4) +
                                  little(static_cast<std::uint32_t>(name.size()), 2) + little(0, 2);
        directory += "PK\x01\x02" + little(20, 2) + little(20, 2) + facts + little(0, 2) +
                     little(0, 2) + little(0, 2) + little(0, 4) +
                     little(static_cast<std::uint32_t>(out.size()), 4) + name;
        out += "PK\x03\x04" + little(20, 2) + facts + name + bytes;
    }
    const auto count = static_cast<std::uint32_t>(files.size());
    const std::string end = "PK\x05\x06" + little(0, 4) + little(count, 2) + little(count, 2) +
                            little(static_cast<std::uint32_t>(directory.size()), 4) +
                            little(static_cast<std::uint32_t>(out.size()), 4) + little(0, 2);
    return out + directory + end;
}

} // namespace

std::string write_pdf(const Document& document) {
    std::string page = "BT /F1 16 Tf 56 760 Td 24 TL\n";
    for (const auto& line : lines_of(document)) page += pdf_text(line) + " Tj T*\n";
    page += "ET\n";
    const std::array<std::string, 6> objects{
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        "<< /Length " + std::to_string(page.size()) + " >>\nstream\n" + page + "endstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Title " + pdf_unicode(document.title) + " /Subject " + pdf_unicode(document.subject) +
            " >>"};
    std::string out = "%PDF-1.4\n";
    std::string table = "xref\n0 7\n0000000000 65535 f \n";
    for (std::size_t i = 0; i < objects.size(); ++i) {
        char entry[32];
        const int length = std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", out.size());
        table.append(entry, static_cast<std::size_t>(length));
        out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    return out + table + "trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n" +
           std::to_string(out.size()) + "\n%%EOF\n";
}

std::string write_docx(const Document& document) {
    const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    std::string body;
    for (const auto& line : lines_of(document))
        body += "<w:p><w:r><w:t>" + html_escape(line) + "</w:t></w:r></w:p>";
    return zip(
        {{"[Content_Types].xml",
          head + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                 "<Default Extension=\"rels\" ContentType=\"application/"
                 "vnd.openxmlformats-package.relationships+xml\"/>"
                 "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
                 "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
                 "</Types>"},
         {"_rels/.rels",
          head + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                 "relationships\"><Relationship Id=\"r1\" Type=\"http://"
                 "schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
                 "Target=\"word/document.xml\"/></Relationships>"},
         {"word/document.xml",
          head +
              "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/"
              "main\"><w:body>" +
              body + "</w:body></w:document>"}});
}

} // namespace hb::sandbox
