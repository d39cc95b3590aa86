//! No two source files import each other, neither directly nor by way of others. A re-export counts as an import of the
//! file that declares the item.

use super::architecture::shipped;
use std::collections::{BTreeMap, BTreeSet};

/// A module's path, for example `["output", "table"]`.
type ModulePath = Vec<String>;

/// One `use` of another file: the module it names and the item it takes from there.
struct Import {
    module: ModulePath,
    item: String,
}

fn module_path(file: &str) -> ModulePath {
    let name = file.trim_end_matches(".rs");
    let name = name.strip_suffix("/mod").unwrap_or(name);
    if matches!(name, "lib" | "main") { Vec::new() } else { name.split('/').map(str::to_owned).collect() }
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expand(path: &str) -> Vec<String> {
    let path = path.trim();
    let Some((prefix, group)) = path.split_once('{') else {
        return vec![path.split(" as ").next().unwrap_or(path).trim().to_owned()];
    };
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(expand).map(|rest| format!("{prefix}{rest}")).collect()
}

/// The module of ours that `path` names from within `current`, and what follows it.
fn resolve(current: &ModulePath, path: &str, modules: &BTreeMap<ModulePath, String>) -> Option<Import> {
    let mut steps = path.split("::").map(str::trim).peekable();
    let mut module = match *steps.peek()? {
        "crate" => Vec::new(),
        "self" | "super" => current.clone(),
        child => {
            let mut candidate = current.clone();
            candidate.push(child.to_owned());
            modules.contains_key(&candidate).then(|| current.clone())?
        }
    };
    while let Some(step @ ("crate" | "self" | "super")) = steps.peek().copied() {
        if step == "super" {
            module.pop();
        }
        steps.next();
    }
    while let Some(step) = steps.peek() {
        module.push((*step).to_owned());
        if !modules.contains_key(&module) {
            module.pop();
            break;
        }
        steps.next();
    }
    let item = steps.next().unwrap_or_default().to_owned();
    // Tests may import anything.
    (item != "tests").then_some(Import { module, item })
}

/// The text without its `use` statements, and these, each with whether it is a re-export.
fn split_uses(text: &str) -> (String, Vec<(bool, String)>) {
    let (mut rest, mut uses, mut tail) = (String::new(), Vec::new(), text);
    while let Some(at) = tail.find("use ") {
        let is_statement =
            tail[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && before != '_');
        let Some(end) = tail[at..].find(';').filter(|_| is_statement) else {
            rest.push_str(&tail[..at + 4]);
            tail = &tail[at + 4..];
            continue;
        };
        let line = tail[..at].rsplit('\n').next().unwrap_or_default();
        uses.push((line.trim_start().starts_with("pub"), tail[at + 4..at + end].to_owned()));
        rest.push_str(&tail[..at]);
        tail = &tail[at + end..];
    }
    rest.push_str(tail);
    (rest, uses)
}

/// Paths such as `crate::output::Sink`, `super::codes::find` or `child::function` in an expression.
fn inline_paths(text: &str) -> BTreeSet<String> {
    let is_path = |character: char| character.is_alphanumeric() || character == '_' || character == ':';
    // `pub(in crate::archive)` names a module, but imports nothing.
    let text = text.replace("pub(in ", "pub(in:");
    text.split(|character: char| !is_path(character))
        .filter(|word| word.contains("::") && !word.starts_with(':'))
        .map(str::to_owned)
        .collect()
}

/// Each file with the files that it depends on. A re-export of a child is followed to the child.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let sources = shipped();
    let modules: BTreeMap<ModulePath, String> = sources
        .keys()
        .filter(|file| *file != "main.rs")
        .map(|file| (module_path(file), file.clone()))
        .collect();
    let (mut imports, mut reexports) = (Vec::new(), BTreeMap::new());
    for (file, text) in &sources {
        let current = module_path(file);
        let (rest, uses) = split_uses(text);
        for (is_public, path) in
            uses.iter().flat_map(|(public, path)| expand(path).into_iter().map(move |path| (*public, path)))
        {
            let Some(import) = resolve(&current, &path, &modules) else { continue };
            let Some(target) = modules.get(&import.module).filter(|target| *target != file) else { continue };
            if is_public && import.module.starts_with(&current) {
                reexports.insert((file.clone(), import.item), target.clone());
            } else {
                imports.push((file.clone(), target.clone(), import.item));
            }
        }
        for path in inline_paths(&rest) {
            if let Some(import) = resolve(&current, &path, &modules)
                && let Some(target) = modules.get(&import.module).filter(|target| *target != file)
            {
                imports.push((file.clone(), target.clone(), import.item));
            }
        }
    }
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, mut target, item) in imports {
        while let Some(next) = reexports.get(&(target.clone(), item.clone())) {
            target.clone_from(next);
        }
        if target != file {
            edges.entry(file).or_default().insert(target);
        }
    }
    edges
}

fn reachable(from: &str, edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(file) = waiting.pop() {
        for next in edges.get(&file).into_iter().flatten() {
            if seen.insert(next.clone()) {
                waiting.push(next.clone());
            }
        }
    }
    seen
}

#[test]
fn no_files_import_each_other() {
    let edges = dependencies();
    let reach: BTreeMap<_, _> = edges.keys().map(|file| (file, reachable(file, &edges))).collect();
    let cycles: Vec<String> = edges
        .iter()
        .flat_map(|(file, targets)| targets.iter().map(move |target| (file, target)))
        .filter(|(file, target)| reach.get(target).is_some_and(|reached| reached.contains(*file)))
        .map(|(file, target)| format!("{file} -> {target}"))
        .collect();
    assert!(cycles.is_empty(), "imports that close a cycle:\n{}", cycles.join("\n"));
}

#[test]
fn a_cycle_is_seen_through_groups_and_paths() {
    assert_eq!(expand("crate::{a::{B, C}, d as e}"), ["crate::a::B", "crate::a::C", "crate::d"]);
    let modules: BTreeMap<ModulePath, String> =
        ["a.rs", "a/b.rs", "lib.rs"].map(|file| (module_path(file), file.to_owned())).into();
    let import = resolve(&module_path("a/b.rs"), "super::Thing", &modules).expect("a module of ours");
    assert_eq!((import.module, import.item.as_str()), (vec!["a".to_owned()], "Thing"));
    assert!(resolve(&module_path("a.rs"), "std::io", &modules).is_none());
    assert!(inline_paths("let x = super::b::f(1);").contains("super::b::f"));
}
