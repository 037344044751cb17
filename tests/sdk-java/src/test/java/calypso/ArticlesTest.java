package calypso;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.azure.kusto.data.KustoResultSetTable;
import com.microsoft.azure.kusto.ingest.IngestClient;
import com.microsoft.azure.kusto.ingest.IngestClientFactory;
import com.microsoft.azure.kusto.ingest.IngestionMapping.IngestionMappingKind;
import com.microsoft.azure.kusto.ingest.IngestionProperties;
import com.microsoft.azure.kusto.ingest.IngestionProperties.DataFormat;
import com.microsoft.azure.kusto.ingest.source.BlobSourceInfo;
import com.microsoft.azure.kusto.ingest.source.FileSourceInfo;
import com.microsoft.azure.kusto.ingest.source.StreamSourceInfo;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The articles' programs and what they print. */
class ArticlesTest {
    private static final String SCHEMA = "StartTime:datetime, EndTime:datetime, State:string, DamageProperty:int,"
            + " DamageCrops:int, Source:string, StormSummary:dynamic";
    private static final String MEXICO = "2018-01-26 00:00:00.0000000,2018-01-27 14:00:00.0000000,MEXICO,0,0,Unknown,\"{}\"";
    private static final String DATABASE = "JavaArticles";
    private static final Path SAMPLE = Path.of(Cluster.named("CALYPSO_STORM_EVENTS"));
    private final Cluster cluster = Cluster.http();

    /** Fills in the placeholders, runs the program in the folder and returns its lines. */
    private static List<String> run(Path folder, String program, Map<String, String> placeholders) throws Exception {
        String text;
        try (InputStream resource = ArticlesTest.class.getResourceAsStream("/programs/" + program)) {
            text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (Map.Entry<String, String> entry : placeholders.entrySet()) {
            text = text.replace(entry.getKey(), entry.getValue());
        }
        Files.writeString(folder.resolve(program), text);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        // The SDK gives up on resources after 15 s, which a small machine spends on compiling well what runs once.
        Process process = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", classes, program)
                .directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return Arrays.stream(output.split("\n")).map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.toList());
    }

    private static List<String> printed(int before, String what, int after) {
        return List.of("Number of rows in MyStormEvents BEFORE ingestion:", "Count - " + before, what,
                "Number of rows in MyStormEvents AFTER ingestion:", "Count - " + after, "Example line from MyStormEvents");
    }

    @Test
    void managedStreaming(@TempDir Path folder) throws Exception {
        cluster.client.executeMgmt("NetDefaultDB", ".create database " + DATABASE);
        cluster.client.executeMgmt(DATABASE, ".create table MyStormEvents (" + SCHEMA + ")");
        cluster.client.executeMgmt(DATABASE, ".alter table MyStormEvents policy streamingingestion enable");
        Files.copy(SAMPLE, folder.resolve("stormevents.csv"));
        // The uploaded sample has no header line, as the article's counts tell.
        String records = Files.readString(SAMPLE).replaceFirst("^[^\n]*\n", "");
        Map<String, String> reader = Map.of(
                "<your Kusto cluster query URI>", cluster.url,
                "<your Kusto cluster query ingest URI>", cluster.url,
                "<your database name>", DATABASE,
                "<your SAS URI>", cluster.upload("stormevents.csv", Cluster.utf8(records)));

        List<String> file = run(folder, "ManagedStreamingFile.java", reader);
        assertEquals(printed(0, "Ingesting data from a file", 1001), file.subList(0, 6));
        assertTrue(file.contains("State - HAWAII"), file.toString());

        List<String> memory = run(folder, "ManagedStreamingMemory.java", reader);
        assertEquals(printed(1001, "Ingesting data from a byte array", 1002), memory.subList(0, 6));
        assertTrue(memory.contains("State - MEXICO"), memory.toString());

        List<String> blob = run(folder, "ManagedStreamingBlob.java", reader);
        assertEquals(printed(1002, "Ingesting data from a blob", 2002), blob.subList(0, 6));
        assertTrue(blob.contains("State - MEXICO"), blob.toString());
    }

    @Test
    void configureStreaming(@TempDir Path folder) throws Exception {
        String table = cluster.newTable();
        Files.write(folder.resolve("MyFile.gz"), Cluster.gzip(Cluster.bytes("readings.csv")));
        Map<String, String> placeholders = new HashMap<>();
        placeholders.put("https://..kusto.windows.net", cluster.url);
        placeholders.put("dbName = \"\"", "dbName = \"" + Cluster.DATABASE + "\"");
        placeholders.put("tableName = \"\"", "tableName = \"" + table + "\"");
        run(folder, "ConfigureStreaming.java", placeholders);
        cluster.awaitCount(table, 5);
    }

    /** "Create an app to ingest data using the batching manager", whose Java tab is empty: its steps. */
    @Test
    void batchingManager() throws Exception {
        String table = cluster.newTable(SCHEMA);
        IngestionProperties withHeader = Cluster.properties(table, DataFormat.CSV);
        withHeader.setIgnoreFirstRecord(true);
        try (IngestClient client = IngestClientFactory.createClient(cluster.connection())) {
            client.ingestFromFile(new FileSourceInfo(SAMPLE.toString()), withHeader);
            cluster.awaitCount(table, 1000);
            StreamSourceInfo line = new StreamSourceInfo(new ByteArrayInputStream(Cluster.utf8(MEXICO)));
            client.ingestFromStream(line, Cluster.properties(table, DataFormat.CSV));
            cluster.awaitCount(table, 1001);
            client.ingestFromBlob(new BlobSourceInfo(cluster.upload("stormevents.csv", Files.readAllBytes(SAMPLE))), withHeader);
            cluster.awaitCount(table, 2001);
        }
        KustoResultSetTable last = cluster.query(table + " | top 1 by EndTime");
        assertTrue(last.next());
        assertEquals("MEXICO", last.getString("State"));
    }

    /** "Data ingestion with the Kusto.Ingest library": ten messages through a JSON mapping that the table has. */
    @Test
    void kustoIngest() throws Exception {
        String table = cluster.newTable("Column1:long, Column2:datetime, Column3:string");
        cluster.command(".create table " + table + " ingestion json mapping \"Table1_mapping_1\" "
                + "'[{\"column\":\"Column1\",\"Properties\":{\"Path\":\"$.Id\"}},"
                + "{\"column\":\"Column2\",\"Properties\":{\"Path\":\"$.Timestamp\"}},"
                + "{\"column\":\"Column3\",\"Properties\":{\"Path\":\"$.Message\"}}]'");
        StringBuilder messages = new StringBuilder();
        for (int counter = 1; counter <= 10; counter++) {
            messages.append(String.format("{ \"Id\":\"%d\", \"Timestamp\":\"%s\", \"Message\":\"This is a dummy message number %d\" }\n",
                    counter, Instant.now().plusSeconds(100L * counter), counter));
        }
        IngestionProperties properties = Cluster.properties(table, DataFormat.JSON);
        properties.setIngestionMapping("Table1_mapping_1", IngestionMappingKind.JSON);
        try (IngestClient client = IngestClientFactory.createClient(cluster.connection())) {
            client.ingestFromStream(new StreamSourceInfo(new ByteArrayInputStream(Cluster.utf8(messages.toString()))), properties);
        }
        cluster.awaitCount(table, 10);
        KustoResultSetTable sum = cluster.query(table + " | summarize sum(Column1), countif(isnotnull(Column2)), dcount(Column3)");
        assertTrue(sum.next());
        assertEquals(List.of(55L, 10L, 10L), List.of(sum.getLong(0), sum.getLong(1), sum.getLong(2)));
    }
}
