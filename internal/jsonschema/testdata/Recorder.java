import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.fge.jackson.JsonLoader;
import com.github.fge.jsonschema.core.load.configuration.LoadingConfiguration;
import com.github.fge.jsonschema.core.load.configuration.LoadingConfigurationBuilder;
import com.github.fge.jsonschema.core.report.LogLevel;
import com.github.fge.jsonschema.core.report.ProcessingMessage;
import com.github.fge.jsonschema.core.report.ProcessingReport;
import com.github.fge.jsonschema.main.JsonSchemaFactory;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/**
 * Says what json-schema-validator makes of the cases of recorded_test.go, a line of JSON each. Needs
 * com.github.java-json-tools:json-schema-validator:2.2.14 on the class path; SLUICE_SCHEMA_ORACLE is the command that runs it.
 */
public class Recorder {
  private static final String MODELS = "https://apigateway.amazonaws.com/restapis/api/models/";

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      out.println(answer(line));
    }
  }

  private static ObjectNode answer(String line) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    try {
      JsonNode test = JsonLoader.fromString(line);
      answer.put("name", test.get("name").asText());
      LoadingConfigurationBuilder loading = LoadingConfiguration.newBuilder();
      for (Iterator<Map.Entry<String, JsonNode>> it = test.get("models").fields(); it.hasNext(); ) {
        Map.Entry<String, JsonNode> model = it.next();
        loading.preloadSchema(MODELS + model.getKey(), JsonLoader.fromString(model.getValue().asText()));
      }
      JsonSchemaFactory factory = JsonSchemaFactory.newBuilder().setLoadingConfiguration(loading.freeze()).freeze();
      ProcessingReport report = factory.getJsonSchema(MODELS + test.get("model").asText())
          .validate(JsonLoader.fromString(test.get("document").asText()));
      ArrayNode messages = answer.putArray("messages");
      for (ProcessingMessage message : report) {
        if (message.getLogLevel().compareTo(LogLevel.ERROR) >= 0) {
          messages.add(message.getMessage());
        }
      }
    } catch (Exception e) {
      answer.put("error", e.getClass().getSimpleName());
    }
    return answer;
  }
}
