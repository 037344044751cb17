//! The SQL that writes rows, many per statement.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection, query_builder::Separated};

use crate::{document::Document, rows::Writes};

/// Rows per statement. Five values each stay far below SQLite's 32,766.
const ROWS_PER_STATEMENT: usize = 200;

/// How the documents of one SQL table are written.
pub(crate) struct DocumentTable {
    /// Up to `VALUES`.
    insert: &'static str,
    on_conflict: &'static str,
    delete: &'static str,
    second_key: SecondKey,
}

/// What the second key of a row is, and what it is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SecondKey {
    None,
    /// The owner's id; rows are found without it.
    Owner,
    /// The owner's id; rows are found by both keys.
    OwnerInKey,
    /// A name; rows are found by both keys.
    NameInKey,
}

pub(crate) const DATABASES: DocumentTable = DocumentTable {
    insert: "INSERT INTO databases (id, document, crc32c) ",
    on_conflict: " ON CONFLICT (id) DO UPDATE SET document = excluded.document, crc32c = excluded.crc32c",
    delete: "DELETE FROM databases WHERE id IN ",
    second_key: SecondKey::None,
};

pub(crate) const TABLES: DocumentTable = DocumentTable {
    insert: "INSERT INTO tables (id, database_id, document, crc32c) ",
    on_conflict: " ON CONFLICT (id) DO UPDATE SET database_id = excluded.database_id, \
                  document = excluded.document, crc32c = excluded.crc32c",
    delete: "DELETE FROM tables WHERE id IN ",
    second_key: SecondKey::Owner,
};

pub(crate) const FUNCTIONS: DocumentTable = DocumentTable {
    insert: "INSERT INTO functions (database_id, name, document, crc32c) ",
    on_conflict: " ON CONFLICT (database_id, name) DO UPDATE SET document = excluded.document, \
                  crc32c = excluded.crc32c",
    delete: "DELETE FROM functions WHERE (database_id, name) IN ",
    second_key: SecondKey::NameInKey,
};

pub(crate) const EXTENTS: DocumentTable = DocumentTable {
    insert: "INSERT INTO extents (id, table_id, document, crc32c) ",
    on_conflict: " ON CONFLICT (table_id, id) DO UPDATE SET document = excluded.document, \
                  crc32c = excluded.crc32c",
    delete: "DELETE FROM extents WHERE (id, table_id) IN ",
    second_key: SecondKey::OwnerInKey,
};

impl DocumentTable {
    /// Deletes, then puts: an extent that moves between tables is both.
    pub(crate) async fn write(&self, connection: &mut SqliteConnection, writes: &Writes) -> Result<(), sqlx::Error> {
        for keys in writes.delete.chunks(ROWS_PER_STATEMENT) {
            self.delete_statement(keys).build().persistent(false).execute(&mut *connection).await?;
        }
        for documents in writes.put.chunks(ROWS_PER_STATEMENT) {
            self.put_statement(documents).build().persistent(documents.len() == 1).execute(&mut *connection).await?;
        }
        Ok(())
    }

    fn put_statement(&self, documents: &[Document]) -> QueryBuilder<Sqlite> {
        let mut statement = QueryBuilder::new(self.insert);
        statement.push_values(documents, |mut row, document| {
            row.push_bind(document.key.clone());
            self.push_second_key(&mut row, &document.second_key);
            row.push_bind(document.text.clone()).push_bind(i64::from(document.crc32c));
        });
        statement.push(self.on_conflict);
        statement
    }

    fn delete_statement(&self, keys: &[(Vec<u8>, Vec<u8>)]) -> QueryBuilder<Sqlite> {
        let mut statement = QueryBuilder::new(self.delete);
        statement.push("(");
        if matches!(self.second_key, SecondKey::OwnerInKey | SecondKey::NameInKey) {
            statement.push_values(keys, |mut row, (key, second_key)| {
                row.push_bind(key.clone());
                self.push_second_key(&mut row, second_key);
            });
        } else {
            let mut list = statement.separated(", ");
            for (key, _) in keys {
                list.push_bind(key.clone());
            }
        }
        statement.push(")");
        statement
    }

    fn push_second_key(&self, row: &mut Separated<'_, Sqlite, &str>, key: &[u8]) {
        match self.second_key {
            SecondKey::None => {}
            SecondKey::Owner | SecondKey::OwnerInKey => {
                row.push_bind(key.to_vec());
            }
            SecondKey::NameInKey => {
                row.push_bind(text(key));
            }
        }
    }
}

/// Returns a name that was text before it became a key.
fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
