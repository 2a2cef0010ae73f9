package dev.raincheck;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What keeps the engine's rooms apart. */
@AnalyzeClasses(packages = "dev.raincheck", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule rooms_do_not_go_in_circles =
      slices().matching("dev.raincheck.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule the_engine_knows_no_sql_and_no_http =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "java.net.http..", "jakarta..", "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule the_ledger_knows_no_feature =
      noClasses()
          .that()
          .resideInAPackage("..ledger..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..operation..", "..tenant..", "..pace..");

  @ArchTest
  static final ArchRule features_do_not_know_each_other =
      noClasses()
          .that()
          .resideInAPackage("..tenant..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..operation..");

  @ArchTest
  static final ArchRule time_is_given_to_the_rules =
      noClasses()
          .that()
          .resideInAPackage("..ledger..")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Math.class, "random");
}
