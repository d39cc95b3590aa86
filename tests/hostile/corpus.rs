//! Every input that a fuzzer found worth keeping, through the same promises as in `fuzz/`: what crashed once does not
//! crash again, on computers without a fuzzer too.

use crate::promises;
use std::path::Path;

fn replay(target: &str, promise: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not in this copy of the sources", folder.display());
        return;
    };
    for entry in entries.flatten() {
        let input = std::fs::read(entry.path()).expect("an input");
        if let Err(broken) = std::panic::catch_unwind(|| promise(&input)) {
            eprintln!("the input is {}", entry.path().display());
            std::panic::resume_unwind(broken);
        }
    }
}

macro_rules! replayed {
    ($($target:ident),*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target), promises::$target);
            }
        )*

        #[test]
        fn no_target_is_left_out() {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
            let Ok(targets) = std::fs::read_dir(root) else { return };
            for target in targets.flatten() {
                let path = target.path();
                let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
                assert!([$(stringify!($target)),*].contains(&name.as_str()), "{name}");
            }
        }
    };
}

replayed!(
    config,
    days,
    identifier,
    ihuyi,
    list_text,
    list_workbook,
    market,
    numbers,
    sanitise,
    secrets,
    shuidi,
    stored,
    words
);
