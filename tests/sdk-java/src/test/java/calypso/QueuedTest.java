package calypso;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.azure.kusto.data.KustoResultSetTable;
import com.microsoft.azure.kusto.ingest.ColumnMapping;
import com.microsoft.azure.kusto.ingest.IngestClient;
import com.microsoft.azure.kusto.ingest.IngestClientFactory;
import com.microsoft.azure.kusto.ingest.IngestionMapping.IngestionMappingKind;
import com.microsoft.azure.kusto.ingest.IngestionProperties;
import com.microsoft.azure.kusto.ingest.IngestionProperties.DataFormat;
import com.microsoft.azure.kusto.ingest.IngestionProperties.IngestionReportLevel;
import com.microsoft.azure.kusto.ingest.IngestionProperties.IngestionReportMethod;
import com.microsoft.azure.kusto.ingest.result.IngestionResult;
import com.microsoft.azure.kusto.ingest.result.IngestionStatus;
import com.microsoft.azure.kusto.ingest.result.OperationStatus;
import com.microsoft.azure.kusto.ingest.source.BlobSourceInfo;
import com.microsoft.azure.kusto.ingest.source.CompressionType;
import com.microsoft.azure.kusto.ingest.source.FileSourceInfo;
import com.microsoft.azure.kusto.ingest.source.StreamSourceInfo;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queued ingestion, with its status in the table. */
class QueuedTest {
    private static final Set<OperationStatus> UNDER_WAY = EnumSet.of(OperationStatus.Pending, OperationStatus.Queued);
    private static final String MAPPING = "by path";
    private final Cluster cluster = Cluster.http();
    private IngestClient client;

    @BeforeEach
    void open() throws Exception {
        client = IngestClientFactory.createClient(cluster.connection());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    private static IngestionProperties reported(String table, DataFormat format) {
        IngestionProperties properties = Cluster.properties(table, format);
        properties.setFlushImmediately(true);
        properties.setReportLevel(IngestionReportLevel.FAILURES_AND_SUCCESSES);
        properties.setReportMethod(IngestionReportMethod.TABLE);
        return properties;
    }

    private static IngestionStatus terminal(IngestionResult result) throws Exception {
        return Cluster.await("a terminal status", () -> {
            IngestionStatus status = result.getIngestionStatusCollection().get(0);
            return UNDER_WAY.contains(status.status) ? null : status;
        });
    }

    private static IngestionStatus assertSucceeded(IngestionResult result, String table) throws Exception {
        IngestionStatus status = terminal(result);
        assertEquals(OperationStatus.Succeeded, status.status, status.getDetails());
        assertEquals(Cluster.DATABASE, status.getDatabase());
        assertEquals(table, status.getTable());
        assertFalse(status.getOriginatesFromUpdatePolicy());
        assertFalse(status.getIngestionSourcePath().contains("sig="), status.getIngestionSourcePath());
        return status;
    }

    private static void assertFailed(IngestionResult result, String code) throws Exception {
        IngestionStatus status = terminal(result);
        assertEquals(OperationStatus.Failed, status.status);
        assertEquals("Permanent", status.getFailureStatus());
        assertEquals(code, status.errorCodeString == null ? status.getErrorCode() : status.errorCodeString);
        assertFalse(status.getDetails().isEmpty());
    }

    private static FileSourceInfo file(String sample) {
        return new FileSourceInfo(Cluster.sample(sample).toString());
    }

    private static StreamSourceInfo stream(byte[] content) {
        return new StreamSourceInfo(new ByteArrayInputStream(content));
    }

    @Test
    void aCsvFile() throws Exception {
        String table = cluster.newTable();
        assertSucceeded(client.ingestFromFile(file("readings.csv"), reported(table, DataFormat.CSV)), table);
        cluster.assertReadings(table);
    }

    @Test
    void aGzippedFile(@TempDir Path folder) throws Exception {
        String table = cluster.newTable();
        Path zipped = Files.write(folder.resolve("readings.csv.gz"), Cluster.gzip(Cluster.bytes("readings.csv")));
        assertSucceeded(client.ingestFromFile(new FileSourceInfo(zipped.toString()), reported(table, DataFormat.CSV)), table);
        cluster.assertReadings(table);
    }

    @Test
    void aStreamPlainAndGzipped() throws Exception {
        String table = cluster.newTable();
        byte[] content = Cluster.bytes("readings.csv");
        assertSucceeded(client.ingestFromStream(stream(content), reported(table, DataFormat.CSV)), table);
        cluster.assertReadings(table);
        StreamSourceInfo zipped = stream(Cluster.gzip(content));
        zipped.setCompressionType(CompressionType.gz);
        assertSucceeded(client.ingestFromStream(zipped, reported(table, DataFormat.CSV)), table);
        assertEquals(10, cluster.count(table));
    }

    @Test
    void aBlob() throws Exception {
        String table = cluster.newTable();
        BlobSourceInfo blob = new BlobSourceInfo(cluster.upload("readings.csv", Cluster.bytes("readings.csv")));
        assertSucceeded(client.ingestFromBlob(blob, reported(table, DataFormat.CSV)), table);
        cluster.assertReadings(table);
    }

    @Test
    void jsonThroughAMappingOfTheTable() throws Exception {
        String table = cluster.newTable();
        cluster.createMapping(table, MAPPING);
        IngestionProperties properties = reported(table, DataFormat.JSON);
        properties.setIngestionMapping(MAPPING, IngestionMappingKind.JSON);
        assertSucceeded(client.ingestFromFile(file("readings.json"), properties), table);
        cluster.assertReadings(table);
    }

    @Test
    void jsonThroughAMappingSentAlong() throws Exception {
        String table = cluster.newTable();
        ColumnMapping[] columns = Cluster.COLUMNS.stream().map(name -> {
            ColumnMapping column = new ColumnMapping(name, null);
            column.setPath("$." + name);
            return column;
        }).toArray(ColumnMapping[]::new);
        IngestionProperties properties = reported(table, DataFormat.MULTIJSON);
        properties.setIngestionMapping(columns, IngestionMappingKind.JSON);
        assertSucceeded(client.ingestFromFile(file("readings.json"), properties), table);
        cluster.assertReadings(table);
    }

    @Test
    void csvThroughAMappingSentAlong() throws Exception {
        String table = cluster.newTable();
        ColumnMapping[] columns = new ColumnMapping[Cluster.COLUMNS.size()];
        for (int ordinal = 0; ordinal < columns.length; ordinal++) {
            columns[ordinal] = new ColumnMapping(Cluster.COLUMNS.get(ordinal), null);
            columns[ordinal].setOrdinal(ordinal);
        }
        IngestionProperties properties = reported(table, DataFormat.CSV);
        properties.setIngestionMapping(columns, IngestionMappingKind.CSV);
        assertSucceeded(client.ingestFromFile(file("readings.csv"), properties), table);
        cluster.assertReadings(table);
    }

    @Test
    void parquet() throws Exception {
        String table = cluster.newTable();
        assertSucceeded(client.ingestFromFile(file("readings.parquet"), reported(table, DataFormat.PARQUET)), table);
        cluster.assertReadings(table);
    }

    @Test
    void theFirstRecordIsLeftOut() throws Exception {
        String table = cluster.newTable();
        IngestionProperties properties = reported(table, DataFormat.CSV);
        properties.setIgnoreFirstRecord(true);
        assertSucceeded(client.ingestFromFile(file("readings.csv"), properties), table);
        assertEquals(4, cluster.count(table));
    }

    @Test
    void tagsAreKeptAndATagThatIsThereSkips() throws Exception {
        String table = cluster.newTable();
        IngestionProperties properties = reported(table, DataFormat.CSV);
        properties.setAdditionalTags(new ArrayList<>(List.of("plain")));
        properties.setDropByTags(new ArrayList<>(List.of("d")));
        properties.setIngestByTags(new ArrayList<>(List.of("once")));
        properties.setIngestIfNotExists(new ArrayList<>(List.of("once")));
        properties.setAdditionalProperties(new HashMap<>(Map.of("creationTime", "2026-01-01T00:00:00Z")));
        assertSucceeded(client.ingestFromFile(file("readings.csv"), properties), table);
        KustoResultSetTable extent = cluster.command(".show table " + table + " extents | project Tags, MinCreatedOn");
        assertTrue(extent.next());
        for (String tag : List.of("plain", "drop-by:d", "ingest-by:once")) {
            assertTrue(extent.getString("Tags").contains(tag), extent.getString("Tags"));
        }
        assertTrue(extent.getString("MinCreatedOn").startsWith("2026-01-01"), extent.getString("MinCreatedOn"));
        assertEquals(OperationStatus.Skipped, terminal(client.ingestFromFile(file("readings.csv"), properties)).status);
        assertEquals(5, cluster.count(table));
    }

    @Test
    void aBatchIsSealedByItsTime() throws Exception {
        String table = cluster.newTable();
        IngestionProperties properties = reported(table, DataFormat.CSV);
        properties.setFlushImmediately(false);
        assertSucceeded(client.ingestFromFile(file("readings.csv"), properties), table);
        cluster.assertReadings(table);
    }

    @Test
    void theSameSourceTwiceIsOneCopy() throws Exception {
        String table = cluster.newTable();
        UUID source = UUID.randomUUID();
        String path = Cluster.sample("readings.csv").toString();
        IngestionProperties properties = reported(table, DataFormat.CSV);
        properties.setReportMethod(IngestionReportMethod.QUEUE);
        client.ingestFromFile(new FileSourceInfo(path, source), properties);
        client.ingestFromFile(new FileSourceInfo(path, source), properties);
        assertSucceeded(client.ingestFromStream(stream(Cluster.utf8("6,Rome,20.5,2026-01-03,\n")), reported(table, DataFormat.CSV)), table);
        cluster.awaitCount(table, 6);
    }

    @Test
    void failuresArePermanentAndHaveTheirCode() throws Exception {
        String table = cluster.newTable();
        IngestionProperties unmapped = reported(table, DataFormat.JSON);
        unmapped.setIngestionMapping("none", IngestionMappingKind.JSON);
        assertFailed(client.ingestFromFile(file("readings.json"), unmapped), "BadRequest_MappingReferenceWasNotFound");
        assertFailed(client.ingestFromFile(file("readings.csv"), reported("NoSuchTable", DataFormat.CSV)), "BadRequest_TableNotExist");
        assertEquals("Permanent", terminal(client.ingestFromStream(stream(Cluster.utf8("no parquet")), reported(table, DataFormat.PARQUET))).getFailureStatus());
        assertEquals(0, cluster.count(table));
    }

    @Test
    void overHttps() throws Exception {
        Cluster secure = Cluster.https();
        String table = secure.newTable();
        try (IngestClient secured = IngestClientFactory.createClient(secure.connection())) {
            assertSucceeded(secured.ingestFromFile(file("readings.csv"), reported(table, DataFormat.CSV)), table);
        }
        secure.assertReadings(table);
    }
}
