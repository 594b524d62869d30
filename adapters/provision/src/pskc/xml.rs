//! XML within bounds: what a document may have, and its elements by name.

use roxmltree::{Document, Node, ParsingOptions};

use crate::ProvisionError;

use super::{MAX_LEN, MAX_NODES};

pub(super) const PSKC: &str = "urn:ietf:params:xml:ns:keyprov:pskc";
pub(super) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(super) const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
pub(super) const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
pub(super) const PKCS5: &str = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#";

/// Attributes of one element.
const MAX_ATTRIBUTES: u32 = 64;
/// Prefixes of namespaces in a document: an element that declares one costs the square of all that it
/// inherits.
const MAX_PREFIXES: usize = 16;

/// The document of a text that keeps the bounds: no document type, so no entities.
pub(super) fn parse(text: &str) -> Result<Document<'_>, ProvisionError> {
    bounded(text)?;
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached
        | roxmltree::Error::AttributesLimitReached
        | roxmltree::Error::NamespacesLimitReached => ProvisionError::TooMany,
        _ => ProvisionError::Xml,
    })
}

/// The parser takes memory by the signs `<` before it reads, and time by the square of an element's
/// attributes and of nested namespaces. Here all are counted as if every sign were markup, so
/// nothing can be hidden from the count. A `<` in an attribute's value isn't well-formed.
fn bounded(text: &str) -> Result<(), ProvisionError> {
    if text.len() > MAX_LEN {
        return Err(ProvisionError::TooLong);
    }
    let (mut tags, mut attributes, mut equals) = (0_u32, 0_u32, false);
    for byte in text.bytes() {
        match byte {
            b'<' => {
                (tags, attributes, equals) = (tags.saturating_add(1), 0, false);
            }
            b'=' => equals = true,
            b'"' | b'\'' if equals => {
                (attributes, equals) = (attributes.saturating_add(1), false);
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => equals = false,
        }
        if tags > MAX_NODES || attributes > MAX_ATTRIBUTES {
            return Err(ProvisionError::TooMany);
        }
    }
    let mut prefixes: Vec<&[u8]> = Vec::new();
    for (at, _) in text.match_indices("xmlns:") {
        let declared = text.as_bytes().get(at..).unwrap_or_default();
        let prefix = declared.split(|b| b"= \t\r\n".contains(b)).next().unwrap_or_default();
        if !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
        if prefixes.len() > MAX_PREFIXES {
            return Err(ProvisionError::TooMany);
        }
    }
    Ok(())
}

/// Whether it is this element.
pub(super) fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.is_element()
        && node.tag_name().name() == name
        && node.tag_name().namespace() == Some(namespace)
}

/// The child of this name; one that stands twice is refused, as nobody knows which is meant.
pub(super) fn child<'a, 'x>(
    parent: Node<'a, 'x>,
    namespace: &str,
    name: &str,
) -> Result<Option<Node<'a, 'x>>, ProvisionError> {
    only(parent.children().filter(|node| is(*node, namespace, name)))
}

/// The child of this name, which must be there.
pub(super) fn must<'a, 'x>(
    parent: Node<'a, 'x>,
    namespace: &str,
    name: &str,
) -> Result<Node<'a, 'x>, ProvisionError> {
    child(parent, namespace, name)?.ok_or(ProvisionError::Structure)
}

/// The child of this name in PKCS #5's namespace, in none, as RFC 6030's own figure writes it, or in
/// XML Encryption 1.1's, where PBKDF2 came later.
pub(super) fn pkcs5<'a, 'x>(
    parent: Node<'a, 'x>,
    name: &str,
) -> Result<Option<Node<'a, 'x>>, ProvisionError> {
    only(parent.children().filter(|node| {
        let tag = node.tag_name();
        let namespace = tag.namespace().unwrap_or_default();
        node.is_element() && tag.name() == name && matches!(namespace, PKCS5 | XENC11 | "")
    }))
}

fn only<'a, 'x>(
    mut nodes: impl Iterator<Item = Node<'a, 'x>>,
) -> Result<Option<Node<'a, 'x>>, ProvisionError> {
    match (nodes.next(), nodes.next()) {
        (node, None) => Ok(node),
        _ => Err(ProvisionError::Structure),
    }
}

/// All of an element's text, without outer blanks. A comment or an element within is refused: it
/// could part what is read from what is meant.
pub(super) fn text<'a>(node: Node<'a, '_>) -> Result<&'a str, ProvisionError> {
    let mut children = node.children();
    match (children.next(), children.next()) {
        (None, _) => Ok(""),
        (Some(only), None) if only.is_text() => Ok(only.text().unwrap_or_default().trim()),
        _ => Err(ProvisionError::Structure),
    }
}
