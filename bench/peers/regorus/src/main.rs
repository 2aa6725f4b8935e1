//! regorus behind the line protocol of ../../README.md.
//!
//! The crate has three ways to evaluate: its register VM, a compiled policy and the engine itself. At `load` each is
//! checked against the expected answers and those that pass are measured; the fastest is used and named in the reply.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{CompiledPolicy, Engine, Value};
use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::{Duration, Instant};

type Fallible<T> = Result<T, String>;

/// One way to get an answer. `answer` takes a parsed input; undefined comes back as `Value::Undefined`.
enum Way {
    Vm(Box<RegoVM>),
    Compiled(CompiledPolicy),
    Engine(Box<Engine>, String),
}

impl Way {
    fn name(&self) -> &'static str {
        match self {
            Way::Vm(_) => "vm",
            Way::Compiled(_) => "compiled policy",
            Way::Engine(..) => "engine",
        }
    }

    fn answer(&mut self, input: Value) -> Fallible<Value> {
        match self {
            Way::Vm(vm) => {
                vm.set_input(input);
                vm.execute().map_err(|e| e.to_string())
            }
            Way::Compiled(policy) => policy.eval_with_input(input).map_err(|e| e.to_string()),
            Way::Engine(engine, rule) => {
                engine.set_input(input);
                engine.eval_rule(rule.clone()).map_err(|e| e.to_string())
            }
        }
    }
}

struct Case {
    texts: Vec<String>,
    parsed: Vec<Value>,
    expected: Vec<Value>,
    way: Way,
    next: usize,
}

fn parse(text: &str) -> Fallible<Value> {
    Value::from_json_str(text).map_err(|e| e.to_string())
}

fn lines(path: &Path) -> Fallible<Vec<String>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).split('\n').map(str::to_owned).collect())
}

/// An engine with every .rego file and data.json of a case.
fn engine(folder: &Path) -> Fallible<Engine> {
    let mut engine = Engine::new();
    let mut names: Vec<_> = fs::read_dir(folder)
        .map_err(|e| e.to_string())?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "rego"))
        .collect();
    names.sort();
    for name in names {
        let text = fs::read_to_string(&name).map_err(|e| e.to_string())?;
        engine.add_policy(name.display().to_string(), text).map_err(|e| e.to_string())?;
    }
    engine.add_data(data(folder)?).map_err(|e| e.to_string())?;
    Ok(engine)
}

fn data(folder: &Path) -> Fallible<Value> {
    let path = folder.join("data.json");
    if !path.exists() {
        return Ok(Value::new_object());
    }
    parse(&fs::read_to_string(path).map_err(|e| e.to_string())?)
}

fn vm(folder: &Path, entry: &str) -> Fallible<Way> {
    let mut engine = engine(folder)?;
    let policy = engine.compile_with_entrypoint(&entry.into()).map_err(|e| e.to_string())?;
    let program = Compiler::compile_from_policy(&policy, &[entry]).map_err(|e| e.to_string())?;
    let mut vm = RegoVM::new_with_policy(policy);
    vm.set_max_instructions(usize::MAX);
    vm.load_program(program);
    vm.set_data(data(folder)?).map_err(|e| e.to_string())?;
    Ok(Way::Vm(Box::new(vm)))
}

fn compiled(folder: &Path, entry: &str) -> Fallible<Way> {
    let policy = engine(folder)?.compile_with_entrypoint(&entry.into()).map_err(|e| e.to_string())?;
    Ok(Way::Compiled(policy))
}

fn interpreter(folder: &Path, entry: &str) -> Fallible<Way> {
    Ok(Way::Engine(Box::new(engine(folder)?), entry.to_owned()))
}

/// Every answer as expected? The first that is not, as text.
fn check(way: &mut Way, parsed: &[Value], expected: &[Value]) -> Fallible<()> {
    for (index, (input, want)) in parsed.iter().zip(expected).enumerate() {
        let got = way.answer(input.clone()).map_err(|e| format!("{}, input {index}: {e}", way.name()))?;
        // Through text, because a set of the policy is an array of the expectation.
        let got = if got == Value::Undefined { got } else { parse(&got.to_json_str().map_err(|e| e.to_string())?)? };
        if got != *want {
            return Err(format!("{}, input {index}: {got}, expected {want}", way.name()));
        }
    }
    Ok(())
}

/// ns for one evaluation, from about 20 ms of them.
fn measure(way: &mut Way, parsed: &[Value]) -> f64 {
    let start = Instant::now();
    let mut count = 0u32;
    while start.elapsed() < Duration::from_millis(20) {
        for input in parsed {
            black_box(way.answer(input.clone()).ok());
        }
        count += parsed.len() as u32;
    }
    start.elapsed().as_nanos() as f64 / f64::from(count)
}

fn load(folder: &Path) -> Fallible<Case> {
    let entry = lines(&folder.join("entry"))?.remove(0);
    let texts = lines(&folder.join("inputs.jsonl"))?;
    let parsed = texts.iter().map(|text| parse(text)).collect::<Fallible<Vec<_>>>()?;
    let expected = lines(&folder.join("expected.jsonl"))?
        .iter()
        .map(|text| if text.is_empty() { Ok(Value::Undefined) } else { parse(text) })
        .collect::<Fallible<Vec<_>>>()?;
    if expected.len() != texts.len() {
        return Err(format!("{} inputs, {} answers", texts.len(), expected.len()));
    }
    let mut best: Option<(f64, Way)> = None;
    let mut faults = Vec::new();
    for made in [vm(folder, &entry), compiled(folder, &entry), interpreter(folder, &entry)] {
        let tried = made.and_then(|mut way| check(&mut way, &parsed, &expected).map(|()| way));
        match tried {
            Err(fault) => faults.push(fault.replace('\n', " ")),
            Ok(mut way) => {
                let cost = measure(&mut way, &parsed);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, way));
                }
            }
        }
    }
    let (_, way) = best.ok_or_else(|| faults.join(" | "))?;
    Ok(Case { texts, parsed, expected, way, next: 0 })
}

impl Case {
    /// The answer to the next input of the rotation; `mode` says what is done for it.
    fn step(&mut self, mode: &str) -> Fallible<()> {
        let index = self.next;
        self.next = if index + 1 == self.texts.len() { 0 } else { index + 1 };
        match mode {
            "both" => {
                let input = parse(black_box(&self.texts[index]))?;
                black_box(self.way.answer(input)?);
            }
            "parse" => {
                black_box(parse(black_box(&self.texts[index]))?);
            }
            "eval" => {
                black_box(self.way.answer(black_box(self.parsed[index].clone()))?);
            }
            other => return Err(format!("unknown mode {other}")),
        }
        Ok(())
    }

    fn run(&mut self, mode: &str, iterations: u64) -> Fallible<String> {
        let start = Instant::now();
        for _ in 0..iterations {
            self.step(mode)?;
        }
        Ok(start.elapsed().as_nanos().to_string())
    }

    fn sample(&mut self, mode: &str, iterations: u64) -> Fallible<String> {
        let mut times = Vec::with_capacity(iterations as usize);
        for _ in 0..iterations {
            let start = Instant::now();
            self.step(mode)?;
            times.push(start.elapsed().as_nanos());
        }
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 1000];
        Ok(format!("{} {} {}", at(500), at(990), at(1000)))
    }
}

fn command(cases: &mut HashMap<String, Case>, words: &[&str]) -> Fallible<String> {
    let number = |text: &str| text.parse::<u64>().map_err(|e| e.to_string());
    match words {
        ["version"] => Ok(concat!("regorus ", env!("CARGO_PKG_VERSION")).to_owned()),
        ["load", name, folder] => {
            let case = load(Path::new(folder))?;
            let reply = format!("{} {}", case.texts.len(), case.way.name());
            cases.insert((*name).to_owned(), case);
            Ok(reply)
        }
        ["drop", name] => {
            cases.remove(*name);
            Ok(String::new())
        }
        [verb, name, rest @ ..] => {
            let case = cases.get_mut(*name).ok_or("no such case")?;
            match (*verb, rest) {
                ("check", []) => check(&mut case.way, &case.parsed, &case.expected).map(|()| String::new()),
                ("run", [mode, iterations]) => case.run(mode, number(iterations)?),
                ("sample", [mode, iterations]) => case.sample(mode, number(iterations)?),
                _ => Err("unknown command".to_owned()),
            }
        }
        _ => Err("unknown command".to_owned()),
    }
}

fn main() -> io::Result<()> {
    let mut cases = HashMap::new();
    let mut output = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        if words == ["quit"] {
            break;
        }
        match command(&mut cases, &words) {
            Ok(reply) => writeln!(output, "ok {reply}")?,
            Err(fault) => writeln!(output, "error {}", fault.replace('\n', " "))?,
        }
        output.flush()?;
    }
    Ok(())
}
