#include <gtest/gtest.h>

#include <array>

#include "shell/postgres/connection.h"
#include "shell/postgres/error.h"
#include "shell/postgres/migrate.h"
#include "shell/postgres/postgres_instance.h"

namespace penstock::postgres {
namespace {

constexpr Connection::Timeout kPatience{10'000};

Connection connect(const std::string& url, Connection::Timeout timeout = kPatience) {
    auto opened = Connection::open(url, timeout);
    EXPECT_TRUE(opened) << opened.error().message();
    return *std::move(opened);
}

class Postgres : public testing::Test {
  protected:
    const std::string url_ = PostgresInstance::shared().create_database();
    Connection connection_ = connect(url_);
};

TEST_F(Postgres, carries_numbers_texts_and_bytes) {
    const std::string bytes("\0\xff'", 3);
    const std::array values{Value(std::int64_t{-5}), Value(std::uint64_t{INT64_MAX}),
                            Value::text("算力"), Value::blob(bytes), Value::blob({})};
    const auto rows = connection_.execute("SELECT $1, $2, $3, $4, $5, $1 < $2", values);
    ASSERT_TRUE(rows) << rows.error().message();
    EXPECT_EQ(rows->integer(0, 0), -5);
    EXPECT_EQ(rows->unsigned_integer(0, 1), std::uint64_t{INT64_MAX});
    EXPECT_EQ(rows->bytes(0, 2), "算力");
    EXPECT_EQ(rows->bytes(0, 3), bytes);
    EXPECT_FALSE(rows->is_null(0, 4));
    EXPECT_EQ(rows->bytes(0, 4), "");
    EXPECT_TRUE(rows->boolean(0, 5));
}

TEST_F(Postgres, tells_what_was_refused_and_goes_on) {
    const auto wrong = connection_.execute("SELECT * FROM nowhere");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().number(), kPostgresRefused.number);
    EXPECT_NE(wrong.error().detail().find("nowhere"), std::string::npos);
    ASSERT_TRUE(connection_.run("CREATE TABLE t (i bigint PRIMARY KEY); INSERT INTO t VALUES (1)"));
    EXPECT_EQ(connection_.execute("INSERT INTO t VALUES (1)").error().number(),
              kPostgresNotUnique.number);
    EXPECT_EQ(connection_.execute("INSERT INTO t VALUES (2)")->affected(), 1);
}

TEST_F(Postgres, streams_rows_and_can_stop) {
    std::int64_t sum = 0;
    const std::string numbers = "SELECT generate_series(1, 100000)::bigint";
    ASSERT_TRUE(connection_.stream(numbers, {}, [&](const Rows& row) -> Result<void> {
        sum += row.integer(0, 0);
        return {};
    }));
    EXPECT_EQ(sum, 5'000'050'000);
    int taken = 0;
    const auto stopped = connection_.stream(numbers, {}, [&](const Rows&) -> Result<void> {
        if (++taken == 3) return reject(kPostgresForeign);
        return {};
    });
    EXPECT_EQ(stopped.error().number(), kPostgresForeign.number);
    EXPECT_FALSE(connection_.is_open());
}

TEST_F(Postgres, notices_a_commit_that_fails_after_a_statement_that_was_well) {
    ASSERT_TRUE(connection_.run(
        "CREATE TABLE t (i bigint); CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE 'never'; END$$; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()"));
    const auto inserted = connection_.execute("INSERT INTO t VALUES (1)");
    ASSERT_FALSE(inserted);
    EXPECT_EQ(inserted.error().number(), kPostgresRefused.number);
    EXPECT_EQ(connection_.execute("SELECT count(*) FROM t")->integer(0, 0), 0);
}

TEST_F(Postgres, waits_no_longer_than_it_was_told) {
    Connection impatient = connect(url_, Connection::Timeout{200});
    const auto slow = impatient.execute("SELECT pg_sleep(30)");
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().number(), kPostgresUnknown.number);
    EXPECT_FALSE(impatient.is_open());
    EXPECT_EQ(impatient.execute("SELECT 1").error().number(), kPostgresUnreachable.number);
}

TEST_F(Postgres, does_not_know_after_its_connection_was_ended) {
    const auto ended = connection_.execute("SELECT pg_terminate_backend(pg_backend_pid())");
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().number(), kPostgresUnknown.number);
}

TEST_F(Postgres, does_not_trust_a_commit_that_came_with_a_warning) {
    const auto warned =
        connection_.execute("SELECT set_config('client_min_messages', 'warning', false)");
    ASSERT_TRUE(warned);
    ASSERT_TRUE(
        connection_.run("CREATE FUNCTION warn() RETURNS bigint LANGUAGE plpgsql AS "
                        "$$BEGIN RAISE WARNING 'not replicated'; RETURN 1; END$$"));
    const auto rows = connection_.execute("SELECT warn()");
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().number(), kPostgresUnknown.number);
}

TEST(PostgresConnection, says_that_nobody_is_there) {
    const auto opened = Connection::open("postgres:///x?host=/nowhere", Connection::Timeout{500});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().number(), kPostgresUnreachable.number);
    EXPECT_NE(opened.error().detail().find("postgres:///nowhere/x: "), std::string::npos)
        << opened.error().detail();
}

TEST(PostgresConnection, names_the_database_and_never_the_password) {
    EXPECT_EQ(place_of("postgres://me:hush@one,two:5433/books?sslmode=require"),
              "postgres://me@one,two:,5433/books");
    EXPECT_EQ(place_of("postgresql://me@one:5432/books?password=hush"),
              "postgres://me@one:5432/books");
    EXPECT_EQ(place_of("host=one user=me password=hush dbname=books"), "postgres://me@one/books");
    EXPECT_EQ(place_of("books"), "books");
    for (const char* url : {"postgres://me:hu%sh@one/books", "postgres://me:hu@sh@one/books",
                            "postgres://me:hu/sh@one/books", "me:hush@one/books"}) {
        EXPECT_EQ(place_of(url), "") << url;
        const auto opened = Connection::open(url, Connection::Timeout{500});
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().message().find("sh@"), std::string::npos);
        EXPECT_NE(opened.error().message().find("%40"), std::string::npos);
    }
}

TEST_F(Postgres, migrates_step_by_step_and_once) {
    const std::array first{Migration{"begin", "CREATE TABLE a (i bigint)"}};
    const std::array both{first[0], Migration{"it's more", "ALTER TABLE a ADD j bigint"}};
    ASSERT_TRUE(migrate(connection_, "x", first));
    ASSERT_TRUE(migrate(connection_, "x", first));
    ASSERT_TRUE(connection_.execute("INSERT INTO a VALUES (1)"));
    ASSERT_TRUE(migrate(connection_, "x", both));
    EXPECT_EQ(connection_.execute("SELECT i FROM a WHERE j IS NULL")->integer(0, 0), 1);
    EXPECT_EQ(migrate(connection_, "x", first).error().number(), kPostgresForeign.number);
}

TEST_F(Postgres, compares_without_changing_anything) {
    const std::array first{Migration{"begin", "CREATE TABLE c (i bigint)"}};
    const std::array both{first[0], Migration{"more", "ALTER TABLE c ADD j bigint"}};
    EXPECT_EQ(prepare(connection_, "y", first, Tables::leave).error().number(),
              kPostgresForeign.number);
    EXPECT_FALSE(connection_.execute("SELECT * FROM c"));
    EXPECT_FALSE(connection_.execute("SELECT * FROM penstock_schema"));
    ASSERT_TRUE(prepare(connection_, "y", first, Tables::make));
    EXPECT_TRUE(prepare(connection_, "y", first, Tables::leave));
    EXPECT_EQ(prepare(connection_, "y", both, Tables::leave).error().number(),
              kPostgresForeign.number);
    EXPECT_FALSE(connection_.execute("SELECT j FROM c"));
}

TEST_F(Postgres, a_migration_that_fails_leaves_nothing) {
    const std::array bad{Migration{"bad", "CREATE TABLE b (i bigint); SELECT * FROM nowhere"}};
    ASSERT_FALSE(migrate(connection_, "x", bad));
    const std::array good{Migration{"good", "CREATE TABLE b (i bigint)"}};
    EXPECT_TRUE(migrate(connection_, "x", good));
}

}  // namespace
}  // namespace penstock::postgres
