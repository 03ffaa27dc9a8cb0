#include "shell/sqlite/sqlite.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "shell/sqlite/error.h"

namespace penstock::sqlite {
namespace {

class Sqlite : public testing::Test {
  protected:
    Sqlite() {
        std::string name = testing::TempDir() + "/penstock-sqlite-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~Sqlite() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(Sqlite, keeps_what_was_committed_and_forgets_what_was_rolled_back) {
    {
        auto database = Database::open(folder_ / "a.db", Durability::full);
        ASSERT_TRUE(database);
        ASSERT_TRUE(database->run("CREATE TABLE t(a INTEGER, b TEXT, c BLOB)"));
        auto insert = database->prepare("INSERT INTO t VALUES(?,?,?)");
        ASSERT_TRUE(insert);
        ASSERT_TRUE(
            insert->bind(1, -5).bind(2, "text").bind_blob(3, std::string_view("\0x", 2)).run());
        ASSERT_TRUE(database->run("BEGIN"));
        EXPECT_TRUE(database->in_transaction());
        ASSERT_TRUE(insert->bind(1, 6).bind(2, "").bind_blob(3, std::string_view()).run());
        ASSERT_TRUE(database->run("ROLLBACK"));
    }
    auto database = Database::open(folder_ / "a.db", Durability::normal);
    ASSERT_TRUE(database);
    auto select = database->prepare("SELECT a,b,c FROM t");
    ASSERT_TRUE(select);
    ASSERT_TRUE(*select->step());
    EXPECT_EQ(select->integer(0), -5);
    EXPECT_EQ(select->text(1), "text");
    EXPECT_EQ(select->blob(2), std::string_view("\0x", 2));
    EXPECT_FALSE(*select->step());
}

TEST_F(Sqlite, copies_what_is_committed_while_another_writes) {
    const auto file = folder_ / "odd ?#%41 name.db";
    auto writer = Database::open(file, Durability::full).value();
    ASSERT_TRUE(writer.run("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
    ASSERT_TRUE(writer.run("BEGIN IMMEDIATE; INSERT INTO t VALUES(2)"));
    const auto count = [](Database database) {
        auto select = database.prepare("SELECT count(*) FROM t").value();
        EXPECT_TRUE(select.step().value_or(false));
        return select.integer(0);
    };
    const auto copy = folder_ / "copy ?#%41.db";
    const auto copied = Database::open_to_read(file).value().copy_to(copy);
    ASSERT_TRUE(copied) << copied.error().message();
    ASSERT_TRUE(writer.run("COMMIT"));
    EXPECT_EQ(count(Database::open_still(copy).value()), 1);
    EXPECT_EQ(count(Database::open_to_read(file).value()), 2);
    EXPECT_FALSE(Database::open_to_read(file).value().copy_to(copy));  // Nothing is written over.
    EXPECT_FALSE(Database::open_to_read(folder_ / "none"));
    EXPECT_FALSE(std::filesystem::exists(copy.string() + "-wal"));
}

TEST_F(Sqlite, says_that_a_file_of_another_kind_is_damaged) {
    std::ofstream(folder_ / "b.db") << std::string(4096, 'x');
    auto database = Database::open(folder_ / "b.db", Durability::normal);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().number(), kSqliteDamaged.number);
}

TEST_F(Sqlite, says_that_a_folder_is_missing) {
    auto database = Database::open(folder_ / "none" / "c.db", Durability::normal);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().number(), kSqliteFault.number);
}

}  // namespace
}  // namespace penstock::sqlite
