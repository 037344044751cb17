package suite

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-kusto-go/azkustoingest"
)

// ingestor opens one of the clients for a table.
type ingestor func(*testing.T, *cluster, string) azkustoingest.Ingestor

func streaming(t *testing.T, c *cluster, table string) azkustoingest.Ingestor {
	t.Helper()
	client, err := azkustoingest.NewStreaming(c.connection(), c.onTable(table)...)
	return opened(t, client, err)
}

func managed(t *testing.T, c *cluster, table string) azkustoingest.Ingestor {
	t.Helper()
	client, err := azkustoingest.NewManaged(c.connection(), c.onTable(table)...)
	return opened(t, client, err)
}

func opened(t *testing.T, client azkustoingest.Ingestor, err error) azkustoingest.Ingestor {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// gzipped writes a compressed copy of a sample file and returns its path.
func gzipped(t *testing.T, name string) string {
	t.Helper()
	buffer := bytes.Buffer{}
	writer := gzip.NewWriter(&buffer)
	_, _ = writer.Write(data(t, name))
	_ = writer.Close()
	path := filepath.Join(t.TempDir(), name+".gz")
	if err := os.WriteFile(path, buffer.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStreaming: what streams is there when the call returns.
func TestStreaming(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]ingestor{"streaming": streaming, "managed": managed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachSource(t, open)
		})
	}
}

func eachSource(t *testing.T, open ingestor) {
	t.Helper()
	ctx := context.Background()
	for name, ingest := range map[string]func(*testing.T, *cluster, string, azkustoingest.Ingestor) error{
		"csv file": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) error {
			_, err := client.FromFile(ctx, sample(t, "readings.csv"))
			return err
		},
		"gzipped csv file": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) error {
			_, err := client.FromFile(ctx, gzipped(t, "readings.csv"))
			return err
		},
		"reader of csv": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) error {
			_, err := client.FromReader(ctx, bytes.NewReader(data(t, "readings.csv")))
			return err
		},
		"json by a mapping": func(t *testing.T, c *cluster, table string, client azkustoingest.Ingestor) error {
			c.mapping(table, "by path")
			_, err := client.FromFile(ctx, sample(t, "readings.json"), azkustoingest.IngestionMappingRef("by path", azkustoingest.JSON))
			return err
		},
		"parquet": func(t *testing.T, _ *cluster, _ string, client azkustoingest.Ingestor) error {
			_, err := client.FromFile(ctx, sample(t, "readings.parquet"), azkustoingest.FileFormat(azkustoingest.Parquet))
			return err
		},
		"blob": func(t *testing.T, c *cluster, _ string, client azkustoingest.Ingestor) error {
			_, err := client.FromFile(ctx, c.upload("readings.csv", data(t, "readings.csv")), azkustoingest.FileFormat(azkustoingest.CSV))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, "CALYPSO_HTTPS_URL")
			table := c.newTable(readingSchema)
			if err := ingest(t, c, table, open(t, c, table)); err != nil {
				t.Fatal(err)
			}
			c.checkReadings(table)
		})
	}
}

func TestStreamingErrors(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	table := c.newTable(readingSchema)
	for name, test := range map[string]struct {
		table, body, expected string
		options               []azkustoingest.FileOption
	}{
		"unknown table":   {"NoSuchTable", "1,a", "BadRequest_TableNotExist", nil},
		"unknown mapping": {table, "{}", "BadRequest_MappingReferenceWasNotFound", []azkustoingest.FileOption{azkustoingest.IngestionMappingRef("none", azkustoingest.JSON)}},
		"malformed csv":   {table, `1,"open`, "Stream_ClosingQuoteMissing", nil},
	} {
		_, err := streaming(t, c, test.table).FromReader(context.Background(), strings.NewReader(test.body), test.options...)
		if err == nil || !strings.Contains(err.Error(), test.expected) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestManagedFallsBackToQueued: what may not stream comes later.
func TestManagedFallsBackToQueued(t *testing.T) {
	t.Parallel()
	ctx := context.Background()

	t.Run("more than 4 MiB", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_HTTPS_URL")
		table := c.newTable("id:long, text:string")
		body := strings.Builder{}
		// Text that does not compress, since the SDK measures what it has compressed.
		state := uint64(1)
		rows := 0
		for ; body.Len() < 12<<20; rows++ {
			fmt.Fprintf(&body, "%d,", rows)
			for range 8 {
				state = state*6364136223846793005 + 1442695040888963407
				fmt.Fprintf(&body, "%016x", state)
			}
			body.WriteByte('\n')
		}
		if _, err := managed(t, c, table).FromReader(ctx, strings.NewReader(body.String())); err != nil {
			t.Fatal(err)
		}
		c.untilCount(table, int64(rows))
	})

	t.Run("throttled", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_THROTTLED_HTTPS_URL")
		table := c.newTable(readingSchema)
		if _, err := managed(t, c, table).FromFile(ctx, sample(t, "readings.csv")); err != nil {
			t.Fatal(err)
		}
		c.untilCount(table, 5)
		c.checkReadings(table)
	})

	t.Run("policy disabled", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_HTTPS_URL")
		table := c.newTable(readingSchema)
		c.command(c.database, ".alter table "+table+" policy streamingingestion disable")
		if _, err := managed(t, c, table).FromReader(ctx, bytes.NewReader(data(t, "readings.csv"))); err != nil {
			t.Fatal(err)
		}
		c.untilCount(table, 5)
	})

	t.Run("blob, throttled", func(t *testing.T) {
		t.Parallel()
		c := connect(t, "CALYPSO_THROTTLED_HTTPS_URL")
		table := c.newTable(readingSchema)
		blob := c.upload("readings.csv", data(t, "readings.csv"))
		if _, err := managed(t, c, table).FromFile(ctx, blob, azkustoingest.FileFormat(azkustoingest.CSV)); err != nil {
			t.Fatal(err)
		}
		c.untilCount(table, 5)
	})
}
