#include "engine/combine/pipeline.h"

#include <array>
#include <string>
#include <utility>

#include "engine/base/errors.h"
#include "engine/combine/maps.h"
#include "engine/seams/seams.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

constexpr IntegerRange kCount{0, std::int64_t{1} << 40};
constexpr IntegerRange kSize{1, 1 << 20};

void add_map(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  Params child = stage.child("map", "changes every element: flip_labels, one_hot, scale or shift");
  if (Pipeline::Map map = read_map(child)) pipeline.map(std::move(map));
}

void add_shuffle(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  pipeline.shuffle(stage.need_integer("shuffle", "elements to choose the next one from", kSize));
}

void add_pad(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  Params child = stage.child("pad", "how the next batch fills rows of different length up");
  pipeline.pad(read_padding(child));
  child.reject_unknown_keys();
}

void add_batch(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  const std::int64_t rows = stage.need_integer("batch", "rows in a batch", kSize);
  pipeline.batch(rows, stage.flag("drop_last", false, "leave out a last batch that is not full"));
}

void add_repeat(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  const std::optional<Params> child = stage.maybe_child("repeat");
  if (child && child->is_text() && child->own_text() == "forever") {
    pipeline.repeat_forever();
    return;
  }
  pipeline.repeat(
      stage.need_integer("repeat", "rounds through the data, or \"forever\"", {0, 1 << 30}));
}

void add_take(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  pipeline.take(stage.need_integer("take", "elements to give at most", kCount));
}

void add_skip(Pipeline& pipeline, Params& stage, const BuildContext& /*context*/) {
  pipeline.skip(stage.need_integer("skip", "elements to leave out at the beginning", kCount));
}

void add_prefetch(Pipeline& pipeline, Params& stage, const BuildContext& context) {
  pipeline.prefetch(context.seams.executor,
                    stage.need_integer("prefetch", "elements to make ahead at most", {1, 65536}));
}

struct StageEntry {
  std::string_view key;
  void (*add)(Pipeline&, Params&, const BuildContext&);
};
constexpr std::array<StageEntry, 8> kStages{{{"map", &add_map},
                                             {"shuffle", &add_shuffle},
                                             {"pad", &add_pad},
                                             {"batch", &add_batch},
                                             {"repeat", &add_repeat},
                                             {"take", &add_take},
                                             {"skip", &add_skip},
                                             {"prefetch", &add_prefetch}}};

void add_stage(Pipeline& pipeline, Params& stage, const BuildContext& context) {
  for (const StageEntry& entry : kStages) {
    if (!stage.has(entry.key)) continue;
    try {
      entry.add(pipeline, stage, context);
    } catch (const ValueError& error) {
      stage.complain(error.what());
    }
    stage.reject_unknown_keys();
    return;
  }
  stage.complain("must have one of map, shuffle, pad, batch, repeat, take, skip and prefetch");
}

std::shared_ptr<DataSource> read_pipeline(Params& params, const BuildContext& context) {
  std::vector<Params> stages =
      params.children("stages",
                      "what is done to the elements, in this order; each is one of map (kind: "
                      "flip_labels, one_hot, scale or shift), shuffle (buffer), pad, batch (rows), "
                      "repeat (rounds or \"forever\"), take, skip and prefetch (elements)");
  std::shared_ptr<DataSource> source = read_source(params, context);
  if (!source) return nullptr;
  Pipeline pipeline = Pipeline::from_source(std::move(source));
  for (Params& stage : stages) add_stage(pipeline, stage, context);
  try {
    return pipeline.source();
  } catch (const ValueError& error) {
    params.complain("stages", error.what());
    return nullptr;
  }
}

}  // namespace

DataEntry pipeline() {
  return {"pipeline",
          "Small steps one after the other: map, shuffle, pad, batch, repeat, take, ...",
          &read_pipeline};
}

}  // namespace trainwreck::data
