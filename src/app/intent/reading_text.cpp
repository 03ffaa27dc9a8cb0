#include "app/intent/reading_text.h"

#include "advise/intent/yaml.h"
#include "app/client/print.h"
#include "transport/json/write.h"

namespace penstock::app {

namespace {

std::string text_of(const v1::TextSpan& span, std::string_view sentence) {
    return std::string(sentence.substr(span.begin(), span.end() - span.begin()));
}

void write_span(const v1::TextSpan& span, std::string_view sentence, std::string& out) {
    out += "{\"begin\":" + std::to_string(span.begin()) + ",\"end\":" + std::to_string(span.end()) +
           ",\"text\":";
    transport::write_json_string(text_of(span, sentence), out);
    out += '}';
}

template <class List, class Write>
void write_list(std::string_view name, const List& list, std::string& out, const Write& write) {
    out.append(",\"").append(name).append("\":[");
    bool first = true;
    for (const auto& one : list) {
        if (!first) out += ',';
        first = false;
        write(one);
    }
    out += ']';
}

}  // namespace

std::string reading_text(const v1::IntentReading& reading, std::string_view sentence) {
    client::Table table({{"SLOT"}, {"VALUE"}, {"FROM"}});
    for (const auto& heard : reading.heard()) {
        std::string from;
        for (const auto& span : heard.from())
            from.append(from.empty() ? "" : " … ").append(text_of(span, sentence));
        table.add({heard.slot(), heard.value(), from});
    }
    std::string out = table.empty() ? "Nothing was understood.\n" : table.text();
    if (reading.not_understood_size() > 0) {
        out += "\nNot understood:";
        for (const auto& span : reading.not_understood())
            out += " '" + text_of(span, sentence) + "'";
        out += '\n';
    }
    for (const auto& note : reading.notes()) out += "\nNote: " + note + '\n';
    for (const auto& conflict : reading.conflicts()) out += "\nConflict: " + conflict + '\n';
    if (!table.empty()) out += '\n' + intent::canonical_yaml(reading.intent());
    return out;
}

std::string reading_json(const v1::IntentReading& reading, std::string_view sentence) {
    std::string out = "{\"intent\":" + intent::canonical_json(reading.intent());
    const auto text = [&out](const std::string& one) { transport::write_json_string(one, out); };
    write_list("heard", reading.heard(), out, [&](const auto& heard) {
        out += "{\"slot\":";
        text(heard.slot());
        out += ",\"value\":";
        text(heard.value());
        write_list("from", heard.from(), out,
                   [&](const auto& span) { write_span(span, sentence, out); });
        out += '}';
    });
    write_list("notUnderstood", reading.not_understood(), out,
               [&](const auto& span) { write_span(span, sentence, out); });
    write_list("conflicts", reading.conflicts(), out, text);
    write_list("notes", reading.notes(), out, text);
    return out + "}\n";
}

}  // namespace penstock::app
