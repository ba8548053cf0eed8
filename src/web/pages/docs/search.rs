//! Search over the API reference: calls with their fields, problem codes, and sections of the overview.

use crate::web::page_paths;
use crate::web::pages::docs::operation::OperationDoc;
use crate::web::pages::docs::overview::OverviewSection;
use crate::web::pages::docs::prose::Prose;
use crate::web::pages::docs::reference::{ApiReference, EndpointGroup, ProblemDoc};
use crate::web::pages::docs::schema::FieldDoc;

/// Limits the text that is searched for; longer ones are cut.
const MAX_QUERY_CHARS: usize = 100;
/// Limits the fields shown with a call.
const MAX_FIELDS: usize = 6;

/// Match of a search.
#[derive(Debug)]
pub(crate) struct SearchResult<'a> {
    /// Path of the page.
    pub(crate) page: String,
    /// Place on the page.
    pub(crate) anchor: &'a str,
    pub(crate) heading: SearchHeading<'a>,
    pub(crate) about: Option<&'a Prose>,
    /// Fields that the words name.
    pub(crate) fields: Vec<&'a FieldDoc>,
    score: u32,
}

/// Title of a match.
#[derive(Debug)]
pub(crate) enum SearchHeading<'a> {
    Call(&'a OperationDoc),
    Problem(&'a ProblemDoc),
    Section(&'a str),
}

/// Words that are searched for, in lower case.
#[derive(Debug)]
pub(crate) struct SearchQuery {
    words: Vec<String>,
}

/// Text of an entry, by the weight of a match in it.
struct SearchText {
    title: String,
    names: String,
    about: String,
}

impl SearchQuery {
    pub(crate) fn new(text: &str) -> Self {
        let text: String = text.chars().take(MAX_QUERY_CHARS).collect();
        Self { words: text.to_lowercase().split_whitespace().map(ToOwned::to_owned).collect() }
    }

    /// Matches of all words, the best first.
    pub(crate) fn results<'a>(&self, reference: &'a ApiReference) -> Vec<SearchResult<'a>> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let calls = reference.groups().flat_map(|group| group.operations.iter().map(move |call| (group, call)));
        let calls = calls.filter_map(|(group, call)| self.call(group, call));
        let problems = reference.problems.iter().filter_map(|problem| self.problem(problem));
        let sections = reference.sections.iter().filter_map(|section| self.section(section));
        let mut results: Vec<_> = calls.chain(problems).chain(sections).collect();
        results.sort_by_key(|result| std::cmp::Reverse(result.score));
        results
    }

    fn call<'a>(&self, group: &EndpointGroup, call: &'a OperationDoc) -> Option<SearchResult<'a>> {
        let fields = || {
            let answers = call.answers.iter().flat_map(|answer| &answer.fields);
            call.parameters.iter().map(|parameter| &parameter.field).chain(&call.body).chain(answers)
        };
        let codes = call.errors.iter().flat_map(|error| &error.codes).copied();
        let text = SearchText {
            title: format!("{} {} {} {}", call.method, call.path, call.id, call.summary.source()),
            names: fields().map(|field| field.name.as_str()).chain(codes).collect::<Vec<_>>().join(" "),
            about: fields().fold(call.about.source().to_owned(), |about, field| about + " " + field.about.source()),
        };
        let mut named: Vec<_> = fields().filter(|field| self.names(field)).collect();
        named.dedup_by(|next, field| next.name == field.name);
        named.truncate(MAX_FIELDS);
        let score = self.score(&text)?;
        let heading = SearchHeading::Call(call);
        let (page, about) = (group.path(), Some(&call.summary));
        Some(SearchResult { page, anchor: &call.anchor, heading, about, fields: named, score })
    }

    fn problem<'a>(&self, problem: &'a ProblemDoc) -> Option<SearchResult<'a>> {
        let about = problem.detail.source().to_owned();
        let title = format!("{} {} {}", problem.status, problem.code, problem.title);
        let score = self.score(&SearchText { title, names: String::new(), about })?;
        let heading = SearchHeading::Problem(problem);
        let (page, about) = (page_paths::DOCS.to_owned(), Some(&problem.detail));
        Some(SearchResult { page, anchor: problem.code, heading, about, fields: Vec::new(), score })
    }

    fn section<'a>(&self, section: &'a OverviewSection) -> Option<SearchResult<'a>> {
        let about = section.text.source().to_owned();
        let score = self.score(&SearchText { title: section.title.clone(), names: String::new(), about })?;
        let heading = SearchHeading::Section(&section.title);
        let page = page_paths::DOCS.to_owned();
        Some(SearchResult { page, anchor: &section.anchor, heading, about: None, fields: Vec::new(), score })
    }

    fn names(&self, field: &FieldDoc) -> bool {
        self.words.iter().any(|word| field.name.to_lowercase().contains(word.as_str()))
    }

    /// Sum over the words; `None` if one of them is missing.
    fn score(&self, text: &SearchText) -> Option<u32> {
        let text =
            [(8, &text.title), (3, &text.names), (1, &text.about)].map(|(weight, text)| (weight, text.to_lowercase()));
        let of_word = |word: &String| {
            let weight = text.iter().find(|(_, text)| text.contains(word.as_str())).map(|(weight, _)| *weight)?;
            // A whole name means what was typed more than a part of another does.
            let is_whole = text.iter().any(|(_, text)| text.split([' ', '/']).any(|name| name == word));
            Some(if is_whole { weight * 2 } else { weight })
        };
        self.words.iter().map(of_word).sum()
    }
}
