//! API reference, built from the OpenAPI document once at startup.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::web::page_paths;
use crate::web::pages::docs::operation::{OperationDoc, OperationSpec, ServiceSpec, anchor, members, sentence};
use crate::web::pages::docs::overview;
use crate::web::pages::docs::overview::OverviewSection;
use crate::web::pages::docs::prose::{Prose, ProseRenderer};
use crate::web::pages::docs::schema::{Schemas, text};
use crate::web::problem::{Problem, catalog};

/// Part for groups that the document assigns to no other.
const OTHER_PART: &str = "Other";

/// Methods in the order in which a path lists them.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// All operations of the API, grouped by tag, with what is common to them.
#[derive(Debug)]
pub(crate) struct ApiReference {
    pub(crate) sections: Vec<OverviewSection>,
    pub(crate) parts: Vec<ReferencePart>,
    pub(crate) problems: Vec<ProblemDoc>,
    /// Public URL of the service; addresses in examples begin with it.
    pub(crate) public_url: String,
}

/// Groups for one kind of reader.
#[derive(Debug)]
pub(crate) struct ReferencePart {
    pub(crate) name: String,
    pub(crate) groups: Vec<EndpointGroup>,
}

/// Operations of one tag, on one page.
#[derive(Debug)]
pub(crate) struct EndpointGroup {
    pub(crate) name: String,
    /// Last segment of the page's path.
    pub(crate) slug: String,
    pub(crate) about: Prose,
    pub(crate) operations: Vec<OperationDoc>,
}

/// Problem with its explanation.
#[derive(Debug)]
pub(crate) struct ProblemDoc {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: Prose,
}

impl ProblemDoc {
    /// First digit of the status; selects its color.
    pub(crate) const fn class(&self) -> u16 {
        self.status / 100
    }
}

impl ApiReference {
    /// Builds the reference from the document. Missing parts are left out.
    pub(crate) fn from_document(document: &OpenApi, public_url: &str) -> Self {
        let problems = catalog::every();
        let prose = ProseRenderer::new(problems.iter().map(Problem::code).collect());
        // Only the typed document keeps the order of the routes.
        let paths: Vec<&String> = document.paths.paths.keys().collect();
        let document = serde_json::to_value(document).unwrap_or_default();
        let service = ServiceSpec {
            public_url: public_url.to_owned(),
            cookie_name: document
                .pointer("/components/securitySchemes/refresh")
                .map(|scheme| text(scheme, "name"))
                .unwrap_or_default()
                .to_owned(),
            statuses: problems.iter().map(|problem| (problem.code(), problem.status().as_u16())).collect(),
        };
        let reader = DocumentReader { document: &document, paths, schemas: Schemas::new(&document, &prose), service };
        Self {
            sections: overview::sections(&prose, public_url),
            parts: reader.parts(),
            problems: problems.iter().map(|problem| problem_doc(problem, &prose)).collect(),
            public_url: public_url.to_owned(),
        }
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &EndpointGroup> {
        self.parts.iter().flat_map(|part| &part.groups)
    }

    /// Group whose page has that name.
    pub(crate) fn group(&self, slug: &str) -> Option<&EndpointGroup> {
        self.groups().find(|group| group.slug == slug)
    }
}

impl EndpointGroup {
    /// Path of the page.
    pub(crate) fn path(&self) -> String {
        page_paths::docs_group(&self.slug)
    }
}

/// Reads the OpenAPI document.
struct DocumentReader<'a> {
    document: &'a Value,
    /// Paths in the order of the routes.
    paths: Vec<&'a String>,
    schemas: Schemas<'a>,
    service: ServiceSpec,
}

impl<'a> DocumentReader<'a> {
    /// Groups by part, both in the order of the document. An operation without a known tag has a group, too.
    fn parts(&self) -> Vec<ReferencePart> {
        let mut by_tag = self.operations();
        let declared: Vec<_> = members(self.document, "tags").map(|tag| text(tag, "name")).collect();
        let undeclared: BTreeSet<_> = by_tag.keys().copied().filter(|tag| !declared.contains(tag)).collect();
        let mut groups: Vec<EndpointGroup> = Vec::new();
        for name in declared.into_iter().chain(undeclared) {
            let operations = by_tag.remove(name).unwrap_or_default();
            if !operations.is_empty() {
                groups.push(self.group(name, operations));
            }
        }
        let mut parts = Vec::new();
        for part in members(self.document, "x-tagGroups") {
            let tags: Vec<_> = members(part, "tags").filter_map(Value::as_str).collect();
            let (own, others) = groups.into_iter().partition(|group| tags.contains(&group.name.as_str()));
            parts.push(ReferencePart { name: text(part, "name").to_owned(), groups: own });
            groups = others;
        }
        parts.push(ReferencePart { name: OTHER_PART.to_owned(), groups });
        parts.retain(|part| !part.groups.is_empty());
        parts
    }

    /// Operations by their first tag, in the order of the routes.
    fn operations(&self) -> BTreeMap<&'a str, Vec<OperationDoc>> {
        let mut by_tag: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for path in &self.paths {
            let item = self.document.get("paths").and_then(|paths| paths.get(path.as_str()));
            for method in METHODS {
                let Some(operation) = item.and_then(|item| item.get(method.to_lowercase())) else { continue };
                let spec = OperationSpec {
                    schemas: &self.schemas,
                    operation,
                    method: method.to_owned(),
                    path,
                    service: &self.service,
                };
                let tag = members(operation, "tags").next().and_then(Value::as_str).unwrap_or(OTHER_PART);
                by_tag.entry(tag).or_default().push(spec.describe());
            }
        }
        by_tag
    }

    fn group(&self, name: &str, operations: Vec<OperationDoc>) -> EndpointGroup {
        let tag = members(self.document, "tags").find(|tag| text(tag, "name") == name);
        let about = sentence(tag.map(|tag| text(tag, "description")).unwrap_or_default());
        EndpointGroup {
            name: name.to_owned(),
            slug: anchor(name),
            about: self.schemas.prose().line(&about),
            operations,
        }
    }
}

fn problem_doc(problem: &Problem, prose: &ProseRenderer) -> ProblemDoc {
    ProblemDoc {
        status: problem.status().as_u16(),
        code: problem.code(),
        title: problem.title(),
        detail: prose.line(problem.detail()),
    }
}
