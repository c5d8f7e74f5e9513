// SPDX-License-Identifier: Apache-2.0
// What daemons came to that took turns: figures of a turn, medians over the rounds.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/common/candidate.h"
#include "bench/common/median.h"

namespace rtpengine::bench {

template <class Turn> struct Figure {
    const char* key;
    const char* title;
    double (*value)(const Turn&);
    int decimals = 0;
};

// Of a daemon's turns; `rounds` have them in the order of the daemons.
template <class Turn> double over_rounds(const Figure<Turn>& figure, const std::vector<std::vector<Turn>>& rounds, std::size_t daemon) {
    std::vector<double> values;
    for (const auto& round : rounds) values.push_back(figure.value(round[daemon]));
    return median(std::move(values));
}

// For each daemon all figures of all its turns, and their medians.
template <class Turn, class Figures>
nlohmann::json to_json(const std::vector<Candidate>& daemons, const std::vector<std::vector<Turn>>& rounds, const Figures& figures) {
    auto all = nlohmann::json::array();
    for (std::size_t i = 0; i < daemons.size(); ++i) {
        nlohmann::json turns = nlohmann::json::array(), summary;
        for (const auto& round : rounds) {
            nlohmann::json turn;
            for (const auto& figure : figures) turn[figure.key] = figure.value(round[i]);
            turns.push_back(std::move(turn));
        }
        for (const auto& figure : figures) summary[figure.key] = over_rounds(figure, rounds, i);
        all.push_back({{"name", daemons[i].name}, {"command", daemons[i].command}, {"rounds", turns}, {"summary", summary}});
    }
    return all;
}

} // namespace rtpengine::bench
