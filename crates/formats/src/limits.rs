//! The limits of what is read, each with a name and the document that sets it.

/// Longest value of a string column, in bytes of UTF-8; a longer one is cut at a character.
/// <https://learn.microsoft.com/azure/data-explorer/ingest-invalid-data>
pub const STRING_VALUE_BYTES_MAX: usize = 1 << 20;

/// Longest text of a dynamic value, in bytes; a longer one becomes null (same page).
pub const DYNAMIC_VALUE_BYTES_MAX: usize = 1 << 20;

/// Largest record, in bytes; a larger one fails the ingestion.
/// <https://learn.microsoft.com/kusto/query/scalar-data-types/string>
pub const RECORD_BYTES_MAX: usize = 64 << 20;

/// Most fields of one delimited record; our own bound against memory, well above any table.
pub const FIELDS_PER_RECORD_MAX: usize = 1 << 20;

/// Most steps of one mapping path. Projection recurses along the path, so this bounds the stack.
pub const PATH_STEPS_MAX: usize = 64;

/// Largest decompressed body that is read unless the caller says otherwise: Kusto's 6 GB per file.
pub const DECOMPRESSED_BYTES_MAX: u64 = 6 << 30;

/// Most files of one zip archive.
pub const ARCHIVE_FILES_MAX: usize = 10_000;

/// A batch is handed on when its values take about this many bytes, whatever its number of rows.
pub const BATCH_BYTES_MAX: usize = 32 << 20;

/// A file that must be read in any order but comes as a stream is held in memory up to this size, then on disk.
pub const SPOOL_MEMORY_BYTES_MAX: usize = 16 << 20;

/// Largest part of a file that is held in memory as it is stored: a page of Parquet, the streams of one ORC stripe
/// that are wanted.
pub const PIECE_BYTES_MAX: u64 = 512 << 20;

/// Rows of a Parquet or ORC file decoded at a time, unless they are long.
pub const DECODED_ROWS_MAX: usize = 8192;

/// Fewer rows are decoded at a time when so many would exceed this size, as the file's directory tells it.
pub const DECODED_BYTES_MAX: u64 = 16 << 20;

/// Stripes without rows that may follow one another: the reader recurses over them.
pub const EMPTY_STRIPES_MAX: usize = 100;

/// Largest block of an Avro file as it is stored, with the file's header; writers make blocks of 16 KB to a few MB.
pub const AVRO_BLOCK_BYTES_MAX: u64 = 64 << 20;

/// Most records of one block of an Avro file: they are decoded at once.
pub const AVRO_BLOCK_RECORDS_MAX: usize = 16 << 20;

/// Most records that are looked at to infer the columns of data that do not state them.
pub const INFER_RECORDS_MAX: u64 = 1000;

/// Fewer records are looked at when these have so many bytes.
pub const INFER_BYTES_MAX: usize = 4 << 20;
