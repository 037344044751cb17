//! The documented error codes of ingestion, with the category and permanence that Kusto gives each.
//!
//! <https://learn.microsoft.com/azure/data-explorer/error-codes>

use std::fmt;

/// The category under which metrics count an ingestion error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IngestionErrorCategory {
    BadFormat,
    BadRequest,
    DataAccessNotAuthorized,
    DownloadFailed,
    EntityNotFound,
    FileTooLarge,
    InternalServiceError,
    UpdatePolicyFailure,
    UserAccessNotAuthorized,
    ThrottledOnEngine,
    RetryAttemptsExceeded,
    BlobAlreadyReceived,
    Other,
    Unknown,
}

/// What went wrong in an ingestion, as clients and `.show ingestion failures` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IngestionErrorCode {
    /// Records of one file differ in their number of fields.
    StreamWrongNumberOfFields,
    /// A quoted field of a delimited file is never closed.
    StreamClosingQuoteMissing,
    /// The data is not of the format it was said to be.
    BadRequestInvalidBlob,
    /// An archive without files.
    BadRequestEmptyArchive,
    /// An archive that cannot be unpacked.
    BadRequestInvalidArchive,
    /// An ingestion mapping that cannot be understood.
    BadRequestInvalidMapping,
    /// A mapping reference that cannot be understood.
    BadRequestInvalidMappingReference,
    /// A data format that is not read here.
    BadRequestFormatNotSupported,
    /// A mapping that disagrees with the schema of the table.
    BadRequestInconsistentMapping,
    /// A character that the format does not allow.
    BadRequestUnexpectedCharacterInInputStream,
    /// A blob of no bytes.
    BadRequestEmptyBlob,
    /// The data holds no record.
    BadRequestNoRecordsOrWrongFormat,
    /// The URI of the source is missing.
    BadRequestEmptyBlobUri,
    /// Both a mapping and a mapping reference are given.
    BadRequestDuplicateMapping,
    /// The name of the table is missing or invalid.
    BadRequestInvalidOrEmptyTableName,
    /// The name of the database is missing.
    BadRequestEmptyDatabaseName,
    /// The format needs a mapping and the reference is empty.
    BadRequestEmptyMappingReference,
    /// The storage refused the request for the source.
    DownloadBadRequest,
    /// The format needs a mapping; the spelling is Kusto's.
    BadRequestMissingMappingtFailure,
    /// Nothing in the data could be ingested; for JSON, no record is well formed.
    StreamNoDataToIngest,
    /// A value of a dynamic column is too large.
    StreamDynamicPropertyBagTooLarge,
    /// A bad request of no more specific kind.
    GeneralBadRequest,
    /// The ingestion message cannot be read.
    BadRequestCorruptedMessage,
    /// A syntax error in the request.
    BadRequestSyntaxError,
    /// The table keeps nothing and feeds no update policy.
    BadRequestZeroRetentionPolicyWithNoUpdatePolicy,
    /// The creation time given lies outside the retention period.
    BadRequestCreationTimeEarlierThanSoftDeletePeriod,
    /// The request is not supported.
    BadRequestNotSupported,
    /// The source does not exist.
    DownloadSourceNotFound,
    /// A name that no entity may have.
    BadRequestEntityNameIsNotValid,
    /// An ingestion property that cannot be understood.
    BadRequestMalformedIngestionProperty,
    /// An ingestion property that does not apply here.
    BadRequestIngestionPropertyNotSupportedInThisContext,
    /// Data routed to a database that its connection does not serve.
    BadRequestNonMultiDatabaseDataConnection,
    /// The URI of the source is invalid.
    BadRequestInvalidBlobUri,
    /// The cluster's capacity for data is exhausted.
    BadRequestDataCapacityLimitReached,
    /// The managed identity given cannot be used.
    BadRequestInvalidManagedIdentity,
    /// A condition on access to the source is not met.
    DownloadAccessConditionNotSatisfied,
    /// Access to the source is forbidden.
    DownloadForbidden,
    /// The storage account of the source does not exist.
    DownloadAccountNotFound,
    /// The principal may not ingest into the table.
    BadRequestTableAccessDenied,
    /// The principal may not use the database.
    BadRequestDatabaseAccessDenied,
    /// The authentication given is invalid.
    BadRequestInvalidAuthentication,
    /// Reading the source failed and would fail again.
    DownloadNotTransient,
    /// Reading the source failed for an unknown reason.
    DownloadUnknownError,
    /// The host of the source could not be resolved for now.
    DownloadTransientNameResolutionFailure,
    /// No mapping has the name referred to.
    BadRequestMappingReferenceWasNotFound,
    /// The database does not exist.
    BadRequestDatabaseNotExist,
    /// The table does not exist.
    BadRequestTableNotExist,
    /// An entity does not exist.
    BadRequestEntityNotFound,
    /// The data or one record of it is too large.
    StreamInputStreamTooLarge,
    /// The source is larger than is ingested at once.
    BadRequestFileTooLarge,
    /// Updating the schema failed for good.
    SchemaPermanentUpdateFailure,
    /// An error of the server itself.
    GeneralInternalServerError,
    /// The schema changed between start and commit.
    GeneralTransientSchemaMismatch,
    /// The operation took too long.
    Timeout,
    /// Memory ran out.
    OutOfMemory,
    /// The query of the update policy yields another schema than the table's.
    UpdatePolicyQuerySchemaDoesNotMatchTableSchema,
    /// The update policies form a cycle.
    UpdatePolicyCyclicUpdateNotAllowed,
    /// The update policy cannot be run.
    UpdatePolicyBadRequest,
    /// A transactional update policy further down failed.
    UpdatePolicyFailedDescendantTransaction,
    /// Ingesting the result of the update policy failed.
    UpdatePolicyIngestionError,
    /// The update policy failed for an unknown reason.
    UpdatePolicyUnknownError,
    /// The identity token of the message is invalid.
    BadRequestInvalidKustoIdentityToken,
    /// The principal may not do this.
    Forbidden,
    /// Ingestion is throttled.
    GeneralThrottledIngestion,
    /// The retries are used up.
    GeneralRetryAttemptsExceeded,
    /// The blob is already part of the batch.
    BlobAlreadyReceivedBlobAlreadyFoundInBatch,
    /// Data with the same ingest-by tag is already there.
    SkippedIngestByTagAlreadyExists,
    /// The operation was abandoned and is retried.
    GeneralAbandonedIngestion,
    /// The cause is unknown.
    Unknown,
}

/// What is known of one code.
struct Facts {
    code: IngestionErrorCode,
    name: &'static str,
    category: IngestionErrorCategory,
    permanent: bool,
    /// The HRESULT, for the codes that have a published one.
    hresult: Option<u32>,
}

/// Writes a row of [`FACTS`] for a failure that repeats however often it is retried.
const fn permanent(code: IngestionErrorCode, name: &'static str, category: IngestionErrorCategory) -> Facts {
    Facts { code, name, category, permanent: true, hresult: None }
}

/// Writes a row of [`FACTS`] for a failure that a retry may cure.
const fn transient(code: IngestionErrorCode, name: &'static str, category: IngestionErrorCategory) -> Facts {
    Facts { code, name, category, permanent: false, hresult: None }
}

/// Writes a row of [`FACTS`] for a permanent failure with a published HRESULT.
const fn with_hresult(
    code: IngestionErrorCode,
    name: &'static str,
    category: IngestionErrorCategory,
    hresult: u32,
) -> Facts {
    Facts { code, name, category, permanent: true, hresult: Some(hresult) }
}

/// Every code, in the order of the enum.
static FACTS: &[Facts] = {
    use IngestionErrorCategory as Category;
    use IngestionErrorCode as Code;
    &[
        with_hresult(Code::StreamWrongNumberOfFields, "Stream_WrongNumberOfFields", Category::BadFormat, 0x80DA0008),
        with_hresult(Code::StreamClosingQuoteMissing, "Stream_ClosingQuoteMissing", Category::BadFormat, 0x80DA000B),
        permanent(Code::BadRequestInvalidBlob, "BadRequest_InvalidBlob", Category::BadFormat),
        permanent(Code::BadRequestEmptyArchive, "BadRequest_EmptyArchive", Category::BadFormat),
        permanent(Code::BadRequestInvalidArchive, "BadRequest_InvalidArchive", Category::BadFormat),
        permanent(Code::BadRequestInvalidMapping, "BadRequest_InvalidMapping", Category::BadFormat),
        permanent(Code::BadRequestInvalidMappingReference, "BadRequest_InvalidMappingReference", Category::BadFormat),
        permanent(Code::BadRequestFormatNotSupported, "BadRequest_FormatNotSupported", Category::BadFormat),
        permanent(Code::BadRequestInconsistentMapping, "BadRequest_InconsistentMapping", Category::BadFormat),
        permanent(
            Code::BadRequestUnexpectedCharacterInInputStream,
            "BadRequest_UnexpectedCharacterInInputStream",
            Category::BadFormat,
        ),
        permanent(Code::BadRequestEmptyBlob, "BadRequest_EmptyBlob", Category::BadRequest),
        permanent(Code::BadRequestNoRecordsOrWrongFormat, "BadRequest_NoRecordsOrWrongFormat", Category::BadRequest),
        permanent(Code::BadRequestEmptyBlobUri, "BadRequest_EmptyBlobUri", Category::BadRequest),
        permanent(Code::BadRequestDuplicateMapping, "BadRequest_DuplicateMapping", Category::BadRequest),
        permanent(Code::BadRequestInvalidOrEmptyTableName, "BadRequest_InvalidOrEmptyTableName", Category::BadRequest),
        permanent(Code::BadRequestEmptyDatabaseName, "BadRequest_EmptyDatabaseName", Category::BadRequest),
        permanent(Code::BadRequestEmptyMappingReference, "BadRequest_EmptyMappingReference", Category::BadRequest),
        permanent(Code::DownloadBadRequest, "Download_BadRequest", Category::BadRequest),
        permanent(Code::BadRequestMissingMappingtFailure, "BadRequest_MissingMappingtFailure", Category::BadRequest),
        permanent(Code::StreamNoDataToIngest, "Stream_NoDataToIngest", Category::BadRequest),
        with_hresult(
            Code::StreamDynamicPropertyBagTooLarge,
            "Stream_DynamicPropertyBagTooLarge",
            Category::BadRequest,
            0x80DA000E,
        ),
        permanent(Code::GeneralBadRequest, "General_BadRequest", Category::BadRequest),
        permanent(Code::BadRequestCorruptedMessage, "BadRequest_CorruptedMessage", Category::BadRequest),
        permanent(Code::BadRequestSyntaxError, "BadRequest_SyntaxError", Category::BadRequest),
        permanent(
            Code::BadRequestZeroRetentionPolicyWithNoUpdatePolicy,
            "BadRequest_ZeroRetentionPolicyWithNoUpdatePolicy",
            Category::BadRequest,
        ),
        permanent(
            Code::BadRequestCreationTimeEarlierThanSoftDeletePeriod,
            "BadRequest_CreationTimeEarlierThanSoftDeletePeriod",
            Category::BadRequest,
        ),
        permanent(Code::BadRequestNotSupported, "BadRequest_NotSupported", Category::BadRequest),
        permanent(Code::DownloadSourceNotFound, "Download_SourceNotFound", Category::BadRequest),
        permanent(Code::BadRequestEntityNameIsNotValid, "BadRequest_EntityNameIsNotValid", Category::BadRequest),
        permanent(
            Code::BadRequestMalformedIngestionProperty,
            "BadRequest_MalformedIngestionProperty",
            Category::BadRequest,
        ),
        permanent(
            Code::BadRequestIngestionPropertyNotSupportedInThisContext,
            "BadRequest_IngestionPropertyNotSupportedInThisContext",
            Category::BadRequest,
        ),
        permanent(
            Code::BadRequestNonMultiDatabaseDataConnection,
            "BadRequest_NonMultiDatabaseDataConnection",
            Category::BadRequest,
        ),
        permanent(Code::BadRequestInvalidBlobUri, "BadRequest_InvalidBlobUri", Category::BadRequest),
        permanent(
            Code::BadRequestDataCapacityLimitReached,
            "BadRequest_DataCapacityLimitReached",
            Category::BadRequest,
        ),
        permanent(Code::BadRequestInvalidManagedIdentity, "BadRequest_InvalidManagedIdentity", Category::BadRequest),
        permanent(
            Code::DownloadAccessConditionNotSatisfied,
            "Download_AccessConditionNotSatisfied",
            Category::DataAccessNotAuthorized,
        ),
        permanent(Code::DownloadForbidden, "Download_Forbidden", Category::DataAccessNotAuthorized),
        permanent(Code::DownloadAccountNotFound, "Download_AccountNotFound", Category::DataAccessNotAuthorized),
        permanent(Code::BadRequestTableAccessDenied, "BadRequest_TableAccessDenied", Category::DataAccessNotAuthorized),
        permanent(
            Code::BadRequestDatabaseAccessDenied,
            "BadRequest_DatabaseAccessDenied",
            Category::DataAccessNotAuthorized,
        ),
        permanent(
            Code::BadRequestInvalidAuthentication,
            "BadRequest_InvalidAuthentication",
            Category::DataAccessNotAuthorized,
        ),
        permanent(Code::DownloadNotTransient, "Download_NotTransient", Category::DownloadFailed),
        transient(Code::DownloadUnknownError, "Download_UnknownError", Category::DownloadFailed),
        transient(
            Code::DownloadTransientNameResolutionFailure,
            "Download_TransientNameResolutionFailure",
            Category::DownloadFailed,
        ),
        permanent(
            Code::BadRequestMappingReferenceWasNotFound,
            "BadRequest_MappingReferenceWasNotFound",
            Category::EntityNotFound,
        ),
        permanent(Code::BadRequestDatabaseNotExist, "BadRequest_DatabaseNotExist", Category::EntityNotFound),
        permanent(Code::BadRequestTableNotExist, "BadRequest_TableNotExist", Category::EntityNotFound),
        permanent(Code::BadRequestEntityNotFound, "BadRequest_EntityNotFound", Category::EntityNotFound),
        with_hresult(Code::StreamInputStreamTooLarge, "Stream_InputStreamTooLarge", Category::FileTooLarge, 0x80DA0009),
        permanent(Code::BadRequestFileTooLarge, "BadRequest_FileTooLarge", Category::FileTooLarge),
        permanent(Code::SchemaPermanentUpdateFailure, "Schema_PermanentUpdateFailure", Category::InternalServiceError),
        transient(Code::GeneralInternalServerError, "General_InternalServerError", Category::InternalServiceError),
        transient(
            Code::GeneralTransientSchemaMismatch,
            "General_TransientSchemaMismatch",
            Category::InternalServiceError,
        ),
        transient(Code::Timeout, "Timeout", Category::InternalServiceError),
        transient(Code::OutOfMemory, "OutOfMemory", Category::InternalServiceError),
        permanent(
            Code::UpdatePolicyQuerySchemaDoesNotMatchTableSchema,
            "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema",
            Category::UpdatePolicyFailure,
        ),
        permanent(
            Code::UpdatePolicyCyclicUpdateNotAllowed,
            "UpdatePolicy_Cyclic_Update_Not_Allowed",
            Category::UpdatePolicyFailure,
        ),
        permanent(Code::UpdatePolicyBadRequest, "UpdatePolicy_BadRequest", Category::UpdatePolicyFailure),
        transient(
            Code::UpdatePolicyFailedDescendantTransaction,
            "UpdatePolicy_FailedDescendantTransaction",
            Category::UpdatePolicyFailure,
        ),
        transient(Code::UpdatePolicyIngestionError, "UpdatePolicy_IngestionError", Category::UpdatePolicyFailure),
        transient(Code::UpdatePolicyUnknownError, "UpdatePolicy_UnknownError", Category::UpdatePolicyFailure),
        permanent(
            Code::BadRequestInvalidKustoIdentityToken,
            "BadRequest_InvalidKustoIdentityToken",
            Category::UserAccessNotAuthorized,
        ),
        permanent(Code::Forbidden, "Forbidden", Category::UserAccessNotAuthorized),
        transient(Code::GeneralThrottledIngestion, "General_ThrottledIngestion", Category::ThrottledOnEngine),
        permanent(Code::GeneralRetryAttemptsExceeded, "General_RetryAttemptsExceeded", Category::RetryAttemptsExceeded),
        permanent(
            Code::BlobAlreadyReceivedBlobAlreadyFoundInBatch,
            "BlobAlreadyReceived_BlobAlreadyFoundInBatch",
            Category::BlobAlreadyReceived,
        ),
        permanent(Code::SkippedIngestByTagAlreadyExists, "Skipped_IngestByTagAlreadyExists", Category::Other),
        transient(Code::GeneralAbandonedIngestion, "General_AbandonedIngestion", Category::Other),
        transient(Code::Unknown, "Unknown", Category::Unknown),
    ]
};

impl IngestionErrorCode {
    /// Returns every code.
    pub fn all() -> impl Iterator<Item = Self> {
        FACTS.iter().map(|facts| facts.code)
    }

    /// Finds the row of the code: [`FACTS`] is in the order of the enum.
    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// Returns the name as the wire carries it, such as `Stream_WrongNumberOfFields`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Finds a code by its exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        FACTS.iter().find(|facts| facts.name == name).map(|facts| facts.code)
    }

    /// Returns the category of the code.
    #[must_use]
    pub fn category(self) -> IngestionErrorCategory {
        self.facts().category
    }

    /// Says whether the same ingestion would fail again however often it is retried.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        self.facts().permanent
    }

    /// Returns the published HRESULT, such as `0x80DA0008`; few codes have one.
    #[must_use]
    pub fn hresult(self) -> Option<u32> {
        self.facts().hresult
    }
}

impl fmt::Display for IngestionErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for IngestionErrorCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
