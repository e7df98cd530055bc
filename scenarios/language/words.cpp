#include "scenarios/language/words.h"

namespace trainwreck {
namespace {

constexpr NamedMeaning kActionWords[] = {
    {"fit", "Trains, with given.fit or the chapter's own."},
    {"evaluate", "Measures loss and metrics over the data."},
    {"predict", "Asks the model for its answers over the data."},
    {"train_on_batch", "One step over one batch: no hooks, no history."},
    {"test_on_batch", "Loss and metrics of one batch: no hooks."},
    {"predict_on_batch", "The model's answers to one batch: no hooks."},
    {"hand_loop", "Trains in a loop written by hand around a list of callbacks, as people do."},
    {"check_data", "Holds the data contract against the source while a script is done with it."},
    {"restart",
     "The process ends and another begins: what was in memory is gone, what was durable on the "
     "disk "
     "is not."},
};

constexpr NamedMeaning kHookWords[] = {
    {"on_train_begin", "fit is about to train."},
    {"on_train_end", "fit is over; in hardened also where it failed."},
    {"on_epoch_begin", "An epoch begins."},
    {"on_epoch_end", "An epoch is over, validation included; logs have its figures."},
    {"on_train_batch_begin", "A batch is there, and its step comes next."},
    {"on_train_batch_end", "The step is taken; logs have the running means."},
    {"on_test_begin", "An evaluation or a validation begins."},
    {"on_test_end", "It is over; logs have its figures."},
    {"on_test_batch_begin", "A batch of it is there."},
    {"on_test_batch_end", "That batch is counted."},
    {"on_predict_begin", "A prediction begins."},
    {"on_predict_end", "It is over."},
    {"on_predict_batch_begin", "A batch of it is there."},
    {"on_predict_batch_end", "The answers to that batch are there."},
    {"on_exception", "Something has failed: once a run, before any end hook. Hardened alone."},
};

constexpr NamedMeaning kViewWords[] = {
    {"train_step", "The steps of training, each by its batch's number and rows."},
    {"test_step", "The steps of an evaluation or a validation, the same way."},
    {"set_model", "The callback is handed its model, before on_train_begin. Heard only by name."},
    {"warns", "The callback's own warnings. Heard only by name."},
    {"yield", "What a generator gives. Heard only by name."},
    {"exhausted", "A source says that it has no more. Heard only by name."},
    {"raises", "A source raises where a batch was due. Heard only by name."},
    {"[]", "The items that a source is asked for, each by its number."},
    {"[*]", "The same without numbers: where chance decides which one it is."},
    {"rows", "A step by its rows alone: where chance decides which batch it is."},
    {"data", "A step by the first feature of its batch: where batches are not numbered."},
    {"except", "\"A except on_train_batch_end\": all of A but what follows."},
};

constexpr NamedMeaning kStatusWords[] = {
    {"completed", "It came to its end."},
    {"stopped", "Somebody asked for the end."},
    {"exhausted", "The data ended early, and the policy allows that."},
    {"failed", "An error ended it."},
    {"interrupted", "A signal ended it."},
};

constexpr ErrorWord kErrorWords[] = {
    {"ValueError", "", "an option or a value that the call cannot work with",
     "`ValueError`; `JSONDecodeError`, which is one, for a backup's metadata; `ZeroDivisionError` "
     "for a validation_freq of 0; `AttributeError` for None among the callbacks"},
    {"ShapeError", "a `ValueError`", "a shape, rank or number of rows that does not fit",
     "`ValueError`; `RuntimeError` of the backend for rows that disagree and for empty batches"},
    {"BadBatch", "a `ValueError`", "a batch that breaks the data contract in another way",
     "`ValueError` for what is missing; nothing for NaN"},
    {"TypeError", "", "a value of the wrong kind",
     "`TypeError`; `ValueError` for text as features"},
    {"KeyError", "", "a name that is not there: a metric in a path", "`KeyError`"},
    {"IndexError", "", "a batch beyond the end of a source", "`IndexError`"},
    {"StateError", "", "a call that is not allowed now",
     "`RuntimeError`, `AttributeError`; `ValueError` for a model that is not compiled; "
     "`UnboundLocalError` from `predict` on no rows"},
    {"DataExhausted", "", "fewer batches than declared or asked for",
     "none: a warning; thrown by a hook, `StopIteration`; thrown within a generator's body, "
     "`RuntimeError`"},
    {"NonFinite", "", "a loss or gradient that is not finite",
     "none; `RuntimeError` with `TerminateOnNaN(raise_error=True)`"},
    {"OutOfMemory", "a `std::bad_alloc`", "the budget is used up",
     "`MemoryError`, or `RuntimeError` of the backend"},
    {"std::bad_alloc", "", "the machine has no more memory", "`MemoryError`"},
    {"IoError", "", "the file system refused; `code` is the errno",
     "`OSError` and what derives from it: `PermissionError`, `FileNotFoundError`, "
     "`NotADirectoryError`, `IsADirectoryError`"},
    {"FormatError", "", "bytes that are not what they claim to be",
     "`OSError` for a torn HDF5 file"},
    {"Timeout", "", "a wait beyond its deadline", "none: it waits for ever"},
    {"Interrupted", "", "a signal", "`KeyboardInterrupt` for SIGINT; SIGTERM ends the process"},
    {"Error", "the base of all that are ours", "an error that says no more than its text", "none"},
    {"Death", "no `std::exception`, nothing may catch it", "the process is over",
     "the process is gone", false},
    {"std::exception", "any other that derives from it", "user code",
     "the user's own exception; `RuntimeError` for `std::runtime_error`"},
    {"non-standard", "anything else that is thrown",
     "user code, `throw 42`; no `catch (const std::exception&)` gets it",
     "`SystemExit`, which no `except Exception` gets"},
};

}  // namespace

std::span<const NamedMeaning> actions() { return kActionWords; }
std::span<const NamedMeaning> hook_words() { return kHookWords; }
std::span<const NamedMeaning> view_words() { return kViewWords; }
std::span<const NamedMeaning> status_words() { return kStatusWords; }
std::span<const ErrorWord> error_words() { return kErrorWords; }

std::vector<std::string_view> names_of(std::span<const NamedMeaning> words) {
  std::vector<std::string_view> names;
  for (const NamedMeaning& word : words) names.push_back(word.name);
  return names;
}

}  // namespace trainwreck
