//! URIs of storage resources, decoded once, with `+` left as it is: names of blobs have spaces, colons and pluses.

use percent_encoding::percent_decode_str;

/// The path of a storage resource, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPath {
    pub account: String,
    /// What follows the account: the name of a container, queue or table, perhaps with more behind it.
    pub object: String,
}

impl ObjectPath {
    /// Reads a path as it was sent, with slashes encoded or not, once or twice. None if nothing follows the account.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let decoded = percent_decode_str(path).decode_utf8().ok()?;
        let (account, object) = decoded.trim_start_matches('/').split_once('/')?;
        let object = object.trim_start_matches('/');
        (!object.is_empty()).then(|| Self { account: account.to_owned(), object: object.to_owned() })
    }

    /// Splits the object into a container and the name of a blob, which may have slashes.
    #[must_use]
    pub fn container_and_blob(&self) -> (&str, Option<&str>) {
        match self.object.split_once('/') {
            Some((container, blob)) => (container, Some(blob).filter(|blob| !blob.is_empty())),
            None => (&self.object, None),
        }
    }
}

/// Decodes the pairs of a query string. A value that is not UTF-8 has replacement characters and so matches nothing.
#[must_use]
pub fn query_pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Splits a URI, perhaps with properties of a connection string behind it (`;impersonate`), into path and query.
pub(crate) fn path_and_query(uri: &str) -> Option<(&str, &str)> {
    let (_, rest) = uri.split_once("://")?;
    let (address, query) = rest.split_once('?')?;
    let path = &address[address.find('/')?..];
    Some((path, query.split(';').next().unwrap_or(query)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_once_and_slashes_are_tolerated() {
        for path in ["/acc/table", "/acc%2Ftable", "//acc//table", "/acc/%2Ftable"] {
            let found = ObjectPath::parse(path).unwrap();
            assert_eq!((found.account.as_str(), found.object.as_str()), ("acc", "table"), "{path}");
        }
        let found = ObjectPath::parse("/acc/temp-0/a%20b+c%3Ad/m=+0.0123%2520").unwrap();
        assert_eq!(found.container_and_blob(), ("temp-0", Some("a b+c:d/m=+0.0123%20")));
        assert_eq!(ObjectPath::parse("/acc/").map(|path| path.object), None);
        assert_eq!(ObjectPath::parse("/acc/%ff"), None);
    }

    #[test]
    fn pluses_in_queries_stay() {
        let pairs = query_pairs("sig=a+b%2Bc%3D&&x&y=1=2");
        let expected = [("sig", "a+b+c="), ("x", ""), ("y", "1=2")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn properties_behind_a_uri_are_cut_off() {
        assert_eq!(path_and_query("http://h:1/a/b;c?x=1;impersonate"), Some(("/a/b;c", "x=1")));
        assert_eq!(path_and_query("http://h:1/a/b"), None);
        assert_eq!(path_and_query("http://h?x"), None);
    }
}
