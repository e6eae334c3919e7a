// What scripts/hardened is tried on: a program with functions that each protection shows in.
#include <cstdio>
#include <cstring>

namespace hb {

__attribute__((noinline)) void copy(char* to, const char* from) {
    char page[20000];
    std::strcpy(page, from);
    std::memcpy(to, page, std::strlen(page) + 1);
}
void first(char* text) {
    text[0] = 'a';
}
void second(char* text) {
    text[0] = 'b';
}
void third(char* text) {
    text[0] = 'c';
}
void (*const kAll[])(char*) = {first, second, third};

} // namespace hb

int main(int count, char** words) {
    char text[16];
    hb::copy(text, words[0]);
    hb::kAll[count % 3](text);
    std::puts(text);
    return 0;
}
