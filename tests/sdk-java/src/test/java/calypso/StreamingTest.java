package calypso;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.azure.kusto.ingest.IngestClient;
import com.microsoft.azure.kusto.ingest.IngestClientFactory;
import com.microsoft.azure.kusto.ingest.IngestionMapping.IngestionMappingKind;
import com.microsoft.azure.kusto.ingest.IngestionProperties;
import com.microsoft.azure.kusto.ingest.IngestionProperties.DataFormat;
import com.microsoft.azure.kusto.ingest.exceptions.IngestionServiceException;
import com.microsoft.azure.kusto.ingest.source.BlobSourceInfo;
import com.microsoft.azure.kusto.ingest.source.CompressionType;
import com.microsoft.azure.kusto.ingest.source.FileSourceInfo;
import com.microsoft.azure.kusto.ingest.source.StreamSourceInfo;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streaming and managed streaming: what streams is there when the call returns, what falls back comes later. */
class StreamingTest {
    /** The clients that stream. */
    enum Kind {
        STREAMING,
        MANAGED;

        IngestClient open(Cluster cluster) throws Exception {
            return this == STREAMING
                    ? IngestClientFactory.createStreamingIngestClient(cluster.connection())
                    : IngestClientFactory.createManagedStreamingIngestClient(cluster.connection(), cluster.connection());
        }
    }

    /** The SDK writes it into the URL as it is, so that it can hold no blank. */
    private static final String MAPPING = "by_path";

    private final Cluster cluster = Cluster.http();

    @ParameterizedTest
    @EnumSource
    void aCsvFile(Kind kind) throws Exception {
        String table = cluster.newTable();
        try (IngestClient client = kind.open(cluster)) {
            client.ingestFromFile(new FileSourceInfo(Cluster.sample("readings.csv").toString()), Cluster.properties(table, DataFormat.CSV));
        }
        cluster.assertReadings(table);
    }

    @ParameterizedTest
    @EnumSource
    void aGzippedFile(Kind kind, @TempDir Path folder) throws Exception {
        String table = cluster.newTable();
        Path file = Files.write(folder.resolve("readings.csv.gz"), Cluster.gzip(Cluster.bytes("readings.csv")));
        try (IngestClient client = kind.open(cluster)) {
            client.ingestFromFile(new FileSourceInfo(file.toString()), Cluster.properties(table, DataFormat.CSV));
        }
        cluster.assertReadings(table);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamPlainAndGzipped(Kind kind) throws Exception {
        String table = cluster.newTable();
        byte[] content = Cluster.bytes("readings.csv");
        StreamSourceInfo plain = new StreamSourceInfo(new ByteArrayInputStream(content));
        StreamSourceInfo zipped = new StreamSourceInfo(new ByteArrayInputStream(Cluster.gzip(content)));
        zipped.setCompressionType(CompressionType.gz);
        try (IngestClient client = kind.open(cluster)) {
            client.ingestFromStream(plain, Cluster.properties(table, DataFormat.CSV));
            cluster.assertReadings(table);
            client.ingestFromStream(zipped, Cluster.properties(table, DataFormat.CSV));
        }
        assertEquals(10, cluster.count(table));
    }

    @ParameterizedTest
    @EnumSource
    void jsonThroughAMappingOfTheTable(Kind kind) throws Exception {
        String table = cluster.newTable();
        cluster.createMapping(table, MAPPING);
        IngestionProperties properties = Cluster.properties(table, DataFormat.JSON);
        properties.setIngestionMapping(MAPPING, IngestionMappingKind.JSON);
        try (IngestClient client = kind.open(cluster)) {
            client.ingestFromStream(new StreamSourceInfo(new ByteArrayInputStream(Cluster.bytes("readings.json"))), properties);
        }
        cluster.assertReadings(table);
    }

    @ParameterizedTest
    @EnumSource
    void parquet(Kind kind) throws Exception {
        String table = cluster.newTable();
        StreamSourceInfo stream = new StreamSourceInfo(new ByteArrayInputStream(Cluster.bytes("readings.parquet")));
        try (IngestClient client = kind.open(cluster)) {
            client.ingestFromStream(stream, Cluster.properties(table, DataFormat.PARQUET));
        }
        cluster.assertReadings(table);
    }

    @ParameterizedTest
    @EnumSource
    void aBlob(Kind kind) throws Exception {
        String table = cluster.newTable();
        BlobSourceInfo blob = new BlobSourceInfo(cluster.upload("readings.csv", Cluster.bytes("readings.csv")));
        try (IngestClient client = kind.open(cluster)) {
            client.ingestFromBlob(blob, Cluster.properties(table, DataFormat.CSV));
        }
        cluster.assertReadings(table);
    }

    @Test
    void failuresCarryTheServersCode() throws Exception {
        String table = cluster.newTable();
        IngestionProperties unmapped = Cluster.properties(table, DataFormat.JSON);
        unmapped.setIngestionMapping("none", IngestionMappingKind.JSON);
        try (IngestClient client = Kind.STREAMING.open(cluster)) {
            assertFails(client, "1,a", Cluster.properties("NoSuchTable", DataFormat.CSV), "BadRequest_TableNotExist");
            assertFails(client, "{}", unmapped, "BadRequest_MappingReferenceWasNotFound");
            assertFails(client, "1,\"open", Cluster.properties(table, DataFormat.CSV), "Stream_ClosingQuoteMissing");
        }
    }

    private static void assertFails(IngestClient client, String body, IngestionProperties properties, String code) {
        StreamSourceInfo stream = new StreamSourceInfo(new ByteArrayInputStream(Cluster.utf8(body)));
        Throwable error = assertThrows(IngestionServiceException.class, () -> client.ingestFromStream(stream, properties));
        StringBuilder messages = new StringBuilder();
        for (; error != null; error = error.getCause()) {
            messages.append(error).append('\n');
        }
        assertTrue(messages.toString().contains(code), messages.toString());
    }

    @Test
    void moreThanTenMebibytesAreQueued() throws Exception {
        String table = cluster.newTable("id:long, text:string");
        StringBuilder body = new StringBuilder();
        int rows = 0;
        for (; body.length() < 11 << 20; rows++) {
            body.append(rows).append(',').append("x".repeat(200)).append('\n');
        }
        try (IngestClient client = Kind.MANAGED.open(cluster)) {
            client.ingestFromStream(new StreamSourceInfo(new ByteArrayInputStream(Cluster.utf8(body.toString()))), Cluster.properties(table, DataFormat.CSV));
        }
        cluster.awaitCount(table, rows);
    }

    @Test
    void whatTheServerThrottlesIsQueued() throws Exception {
        Cluster throttled = Cluster.throttled();
        String table = throttled.newTable();
        try (IngestClient client = Kind.MANAGED.open(throttled)) {
            client.ingestFromFile(new FileSourceInfo(Cluster.sample("readings.csv").toString()), Cluster.properties(table, DataFormat.CSV));
            throttled.awaitCount(table, 5);
            throttled.assertReadings(table);
            client.ingestFromBlob(new BlobSourceInfo(throttled.upload("readings.csv", Cluster.bytes("readings.csv"))), Cluster.properties(table, DataFormat.CSV));
        }
        throttled.awaitCount(table, 10);
    }

    @Test
    void aTableThatMayNotStreamIsAPermanentError() throws Exception {
        String table = cluster.newTable();
        cluster.command(".alter table " + table + " policy streamingingestion disable");
        try (IngestClient client = Kind.STREAMING.open(cluster)) {
            assertFails(client, "1,a", Cluster.properties(table, DataFormat.CSV), "Streaming ingestion policy is not enabled");
        }
    }

    @Test
    void overHttps() throws Exception {
        Cluster secure = Cluster.https();
        String table = secure.newTable();
        try (IngestClient client = Kind.MANAGED.open(secure)) {
            client.ingestFromFile(new FileSourceInfo(Cluster.sample("readings.csv").toString()), Cluster.properties(table, DataFormat.CSV));
        }
        secure.assertReadings(table);
    }
}
