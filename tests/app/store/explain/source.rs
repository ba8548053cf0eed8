//! Every SQL statement of the store, read from its source.
//!
//! A statement is a string literal, or a `concat!` of literals and of macros that expand to them. Anything else that begins like
//! a statement is collected too, and then fails to be prepared: so none is missed.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Where the statements are.
const STORE: &str = "src/store";
/// Serves the operator and no request: connections, migrations, backup, check. Only its macros are read.
const ENGINE: &str = "src/store/engine";
/// What a statement begins with.
const VERBS: [&str; 5] = ["select", "insert", "update", "delete", "with"];

/// A statement, and the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    pub file: String,
    pub sql: String,
}

/// Every statement of the store, each once.
pub fn statements() -> Vec<Statement> {
    let files: Vec<(String, TokenStream)> = sources(Path::new(STORE));
    let mut macros = Macros::default();
    for (_, tokens) in &files {
        macros.define(tokens.clone());
    }
    let mut found = Vec::new();
    for (file, tokens) in files.into_iter().filter(|(file, _)| !file.starts_with(ENGINE)) {
        let mut texts = Vec::new();
        macros.collect(tokens, &mut texts);
        found.extend(texts.into_iter().map(|sql| Statement { file: file.clone(), sql: completed(sql) }));
    }
    found.sort();
    found.dedup_by(|one, other| one.sql == other.sql);
    found
}

/// The tables of the schema.
pub fn tables() -> HashSet<String> {
    let files = fs::read_dir("migrations").expect("the migrations").map(|entry| entry.unwrap().path());
    let text: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    let names = text.split("create table ").skip(1).filter_map(|rest| rest.split(' ').next());
    names.map(ToOwned::to_owned).collect()
}

fn sources(folder: &Path) -> Vec<(String, TokenStream)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the store's source") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), source.parse().expect("Rust")));
        }
    }
    found
}

/// A list of rows is appended at run time (`Chunked`): here it gets one row.
fn completed(sql: String) -> String {
    if sql.ends_with(" in (") {
        return sql + "$1)";
    }
    if !sql.ends_with(" values ") {
        return sql;
    }
    let columns = sql.split_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("columns").0.split(',').count();
    let values: Vec<String> = (1..=columns).map(|number| format!("${number}")).collect();
    format!("{sql}({})", values.join(", "))
}

/// A macro with one rule, whose parameters are literals.
struct Macro {
    parameters: Vec<String>,
    body: TokenStream,
}

/// The macros of the store, by name.
#[derive(Default)]
struct Macros(HashMap<String, Macro>);

impl Macros {
    fn define(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match (token, &tokens[index..]) {
                (TokenTree::Ident(word), [_, _, name, TokenTree::Group(rules), ..]) if word == "macro_rules" => {
                    let rules: Vec<Group> = groups(rules.stream());
                    let [pattern, body] = rules.as_slice() else { panic!("{name}: one rule") };
                    let body = body.stream();
                    let known =
                        self.0.insert(name.to_string(), Macro { parameters: parameters(pattern.stream()), body });
                    assert!(known.is_none(), "{name}: the name of two macros");
                }
                (TokenTree::Group(group), _) => self.define(group.stream()),
                _ => {}
            }
        }
    }

    /// Adds the statements among tokens, macros expanded.
    fn collect(&self, tokens: TokenStream, to: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut index = 0;
        while let Some(rest) = tokens.get(index..).filter(|rest| !rest.is_empty()) {
            index += match rest {
                // An attribute: documentation is a literal, too.
                [TokenTree::Punct(mark), TokenTree::Group(_), ..] if mark.as_char() == '#' => 2,
                [TokenTree::Ident(word), _, _, _, ..] if word == "macro_rules" => 4,
                [TokenTree::Ident(_), TokenTree::Punct(mark), TokenTree::Group(_), ..]
                    if mark.as_char() == '!' && self.text(&rest[..3]).is_some() =>
                {
                    to.extend(self.text(&rest[..3]).filter(|text| is_statement(text)));
                    3
                }
                [TokenTree::Literal(_), ..] => {
                    to.extend(self.text(&rest[..1]).filter(|text| is_statement(text)));
                    1
                }
                [TokenTree::Group(group), ..] => {
                    self.collect(group.stream(), to);
                    1
                }
                _ => 1,
            };
        }
    }

    /// The text of an expression: of a literal, a `concat!` or one of the macros.
    fn text(&self, expression: &[TokenTree]) -> Option<String> {
        match expression {
            [TokenTree::Literal(literal)] => string(&literal.to_string()),
            [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(arguments)] => {
                let arguments = arguments_of(arguments.stream());
                if name == "concat" {
                    return arguments.iter().map(|argument| self.text(argument)).collect();
                }
                let Macro { parameters, body } = self.0.get(&name.to_string())?;
                let given = parameters.iter().cloned().zip(arguments).collect();
                let body: Vec<TokenTree> = substituted(body.clone(), &given).into_iter().collect();
                self.text(&body)
            }
            _ => None,
        }
    }
}

fn is_statement(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some_and(|verb| VERBS.contains(&verb)) && words.next().is_some()
}

/// The value of a string literal; `None` for another literal.
fn string(literal: &str) -> Option<String> {
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    Some(text.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\"))
}

fn groups(tokens: TokenStream) -> Vec<Group> {
    let group = |token| if let TokenTree::Group(group) = token { Some(group) } else { None };
    tokens.into_iter().filter_map(group).collect()
}

/// The names after `$`, also in an optional part.
fn parameters(pattern: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = pattern.into_iter().collect();
    let mut names = Vec::new();
    for pair in tokens.windows(2) {
        match pair {
            [TokenTree::Punct(mark), TokenTree::Ident(name)] if mark.as_char() == '$' => names.push(name.to_string()),
            [TokenTree::Punct(mark), TokenTree::Group(part)] if mark.as_char() == '$' => {
                names.extend(parameters(part.stream()));
            }
            _ => {}
        }
    }
    names
}

/// Splits at commas; a trailing one is allowed.
fn arguments_of(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut arguments = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == ',' => arguments.push(Vec::new()),
            _ => arguments.last_mut().unwrap().push(token),
        }
    }
    arguments.retain(|argument| !argument.is_empty());
    arguments
}

/// Replaces parameters by what was given. An optional part, `$(…)?`, stays if all of its parameters were.
fn substituted(body: TokenStream, given: &HashMap<String, Vec<TokenTree>>) -> TokenStream {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let (mut result, mut index) = (Vec::new(), 0);
    while let Some(token) = tokens.get(index) {
        let is_dollar = matches!(token, TokenTree::Punct(mark) if mark.as_char() == '$');
        match (is_dollar, tokens.get(index + 1)) {
            (true, Some(TokenTree::Ident(name))) => {
                result.extend(given[&name.to_string()].clone());
                index += 2;
            }
            (true, Some(TokenTree::Group(part))) => {
                if parameters(part.stream()).iter().all(|name| given.contains_key(name)) {
                    result.extend(substituted(part.stream(), given));
                }
                index += 3;
            }
            _ => {
                result.push(match token {
                    TokenTree::Group(group) => {
                        let inner = substituted(group.stream(), given);
                        let delimiter = group.delimiter();
                        assert_ne!(delimiter, Delimiter::None);
                        Group::new(delimiter, inner).into()
                    }
                    token => token.clone(),
                });
                index += 1;
            }
        }
    }
    result.into_iter().collect()
}
