//! Every input that a fuzzer found worth keeping, through the same promises as in `fuzz/`, also on computers without a
//! fuzzer.

use crate::promises;
use std::fs;
use std::path::Path;

fn replay(target: &str, promise: promises::Promise, corpus: &Path) {
    let entries = fs::read_dir(corpus.join(target)).expect("a folder of inputs for each target");
    for entry in entries.flatten() {
        let input = fs::read(entry.path()).expect("an input");
        if let Err(broken) = std::panic::catch_unwind(|| promise(&input)) {
            eprintln!("the input is {}", entry.path().display());
            std::panic::resume_unwind(broken);
        }
    }
}

#[test]
fn every_kept_input_of_every_target_keeps_the_promise() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let Ok(folders) = fs::read_dir(&corpus) else {
        eprintln!("skipped: {} is not in this copy of the sources", corpus.display());
        return;
    };
    assert_eq!(folders.count(), promises::TARGETS.len(), "a folder of inputs for each target");
    std::thread::scope(|scope| {
        for (target, promise) in promises::TARGETS {
            let corpus = &corpus;
            scope.spawn(move || replay(target, promise, corpus));
        }
    });
}
