#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/combine/padding.h"
#include "engine/seams/executor.h"
#include "trainwreck/data.h"

namespace trainwreck {

class Stage;

// A source made of small steps, written in the order in which data flow through them:
//
//   auto train = Pipeline::from_arrays(x, y).shuffle(1000).map(scale(1.0F /
//   255)).batch(32).source();
//
// An element is a batch, often of one row. The same seed and pass give the same bits. A pass begins
// anew when what the pipeline takes from can begin anew; else it goes on where the last one
// stopped. A pipeline shuffles where it says so and nowhere else.
class Pipeline {
 public:
  // What a map may base random choices on.
  struct Element {
    Pass pass;
    std::int64_t index = 0;  // among the elements that came by in this pass
  };
  using Map = std::function<void(Batch&, const Element&)>;

  static Pipeline from_arrays(Tensor x, Tensor y = {}, Tensor sample_weight = {});
  static Pipeline from_source(std::shared_ptr<DataSource> source);
  // `begin` returns a function that gives one element after the other: called anew for each pass.
  static Pipeline from_generator(std::function<std::function<bool(Batch&)>()> begin);

  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;
  ~Pipeline();

  Pipeline& map(Map map);
  Pipeline& map(std::function<void(Batch&)> map);
  // Gives a random one of the next `buffer` elements; a buffer as large as the data is a full
  // shuffle.
  Pipeline& shuffle(std::int64_t buffer);
  // The next batch() fills rows of different length up.
  Pipeline& pad(const Padding& padding = {});
  Pipeline& batch(std::int64_t rows, bool drop_last = false);
  Pipeline& repeat(std::int64_t times);
  Pipeline& repeat_forever();
  Pipeline& take(std::int64_t elements);
  Pipeline& skip(std::int64_t elements);
  // Everything up to here runs ahead on a task of the executor, which must outlive the source.
  Pipeline& prefetch(Executor& executor, std::int64_t ahead = 2,
                     Executor::Deadline deadline = std::chrono::seconds(60));

  // Ends the building: the pipeline is empty afterwards.
  std::shared_ptr<DataSource> source(std::string name = "pipeline");

 private:
  explicit Pipeline(std::unique_ptr<Stage> last);
  void need(bool holds, const char* stage, const char* rule, std::int64_t got) const;
  template <class Next, class... Arguments>
  Pipeline& then(Arguments&&... arguments);

  std::unique_ptr<Stage> last_;
  std::optional<Padding> padding_;
  std::int64_t stages_ = 0;
};

}  // namespace trainwreck
