//! The list of blocks that make a blob.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/put-block-list>

use super::xml::leaves;
use crate::Error;

/// Where a block of a list is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockSource {
    /// Among the blocks put since, or else in the blob.
    Latest,
    Uncommitted,
    Committed,
}

/// A block of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockReference {
    pub source: BlockSource,
    pub id: String,
}

/// Reads a list.
///
/// # Errors
/// [`Error::Invalid`] for anything else.
pub fn from_xml(body: &[u8]) -> Result<Vec<BlockReference>, Error> {
    let mut list = Vec::new();
    for (name, text) in leaves(body)? {
        let source = match name.as_str() {
            "Latest" => BlockSource::Latest,
            "Uncommitted" => BlockSource::Uncommitted,
            "Committed" => BlockSource::Committed,
            // A blob without blocks is empty.
            "BlockList" => continue,
            _ => return Err(Error::invalid(format!("a list of blocks has no element '{name}'"))),
        };
        list.push(BlockReference { source, id: text.trim().to_owned() });
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_order() {
        let body = b"<?xml version='1.0'?><BlockList><Latest>QQ==</Latest><Committed>Qg==</Committed></BlockList>";
        let reference = |source, id: &str| BlockReference { source, id: id.to_owned() };
        let expected = [reference(BlockSource::Latest, "QQ=="), reference(BlockSource::Committed, "Qg==")];
        assert_eq!(from_xml(body).unwrap(), expected);
        assert_eq!(from_xml(b"<BlockList/>").unwrap(), []);
        assert!(from_xml(b"<BlockList><Other>QQ==</Other></BlockList>").is_err());
    }
}
